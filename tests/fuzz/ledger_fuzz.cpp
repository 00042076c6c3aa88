// Any bytes as a signed note, a checkpoint, a vkey, a tile's path, a bundle or a tile: what is taken is in
// the one form that we would write ourselves, and no foreign note carries our signature.
#include "lib/base/hash.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tile.hpp"

#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void read_note(std::string_view text) {
  static const SigningKey key{"ledger.example", sha256("the fuzzer's seed")};
  static const std::vector<VerifierKey> keys = {verifier_of(key)};
  const auto note = parse_signed_note(text);
  if (!note) return;
  demand(to_text(*note) == text);
  const auto signers = verify_note(*note, keys);
  demand(!signers || sign_note(note->text, key).starts_with(note->text));
  if (signers) demand(text.find(sign_note(note->text, key).substr(note->text.size() + 1)) != text.npos);
  if (const auto checkpoint = parse_checkpoint(note->text)) demand(to_text(*checkpoint) == note->text);
}

void read_paths(std::string_view text) {
  if (const auto tile = tile_from_path(text)) demand(path_of(*tile) == text);
  if (const auto tile = entries_from_path(text)) demand(entries_path_of(tile->number, tile->width) == text);
}

// A proof of random hashes shows nothing; it only must not run away.
void read_proof(std::string_view bytes) {
  const auto hashes = hashes_in_tile(bytes.substr(0, bytes.size() / 32 * 32));
  if (!hashes) return;
  const std::uint64_t size = hashes->front()[0] | static_cast<std::uint64_t>(hashes->front()[1]) << 40U;
  const std::uint64_t index = hashes->front()[2] | static_cast<std::uint64_t>(hashes->front()[3]) << 40U;
  verify_inclusion(hashes->front(), index, size, *hashes, hashes->back());
  verify_consistency(index, size, *hashes, hashes->front(), hashes->back());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_note(text);
  read_paths(text);
  read_proof(text);
  if (const auto key = parse_verifier_key(text)) demand(to_text(*key) == text);
  if (const auto checkpoint = parse_checkpoint(text)) demand(to_text(*checkpoint) == text);
  if (const auto entries = entries_in_bundle(text)) demand(entry_bundle(*entries) == text);
  return 0;
}
