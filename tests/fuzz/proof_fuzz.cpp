// Any bytes as a proof file, and a sound proof with a piece of it replaced: refused with a reason, or it says
// what the sound one says.
#include "lib/proof/carried_proof.hpp"
#include "lib/proof/verify_proof.hpp"
#include "tests/lib/proof/sample.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

const std::string& sound_proof() {
  static const std::string json = [] {
    test::MemoryLedger ledger;
    return to_canonical_json(test::good_proof(ledger));
  }();
  return json;
}

bool holds(std::string_view bytes) {
  const auto carried = proof_carried_by(bytes);
  if (!carried) {
    must(!carried.error().empty());
    return false;
  }
  const auto verification = verify_proof(carried->json, {});
  must(!verification.claims.empty());
  for (const auto& claim : verification.claims) must(!claim.sentence.empty() && !claim.about.empty());
  must(tlog_proofs(carried->json).empty() || !verification.email.empty());
  return verification.holds();
}

// The first two bytes say where, the third how much of the sound proof the rest replaces.
void replace_a_piece(std::string_view input) {
  if (input.size() < 3) return;
  const auto byte = [input](std::size_t i) { return static_cast<std::size_t>(octets(input)[i]); };
  auto json = sound_proof();
  const auto at = (byte(0) * 256 + byte(1)) % json.size();
  json.replace(at, byte(2), input.substr(3));
  if (holds(json)) must(parse_strict_json(json).value() == Json::parse(sound_proof()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  holds(bytes);
  replace_a_piece(bytes);
  return 0;
}
