// A ledger in memory: entries, their tiles, and a checkpoint signed with a key that everybody knows.
#pragma once

#include "lib/base/hash.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tree.hpp"
#include "lib/proof/proof.hpp"

#include <map>
#include <string>
#include <vector>

namespace optledger::test {

class MemoryLedger {
 public:
  explicit MemoryLedger(std::string origin = "newsletter.example.de/ledger", std::string_view seed = "seed")
      : key_{std::move(origin), sha256(seed)} {}

  // Its index.
  std::uint64_t add(const Digest& entry) {
    for (auto& [tile, hashes] : grow(size_, std::span(&entry, 1), reader()).tiles) tiles_[tile] = hashes;
    return size_++;
  }

  const SigningKey& key() const { return key_; }
  std::uint64_t size() const { return size_; }
  std::string vkey() const { return to_text(verifier_of(key_)); }
  TileReader reader() const {
    return [this](const TileId& tile) { return tiles_.at(tile); };
  }

  // As the tree of `size` leaves had or has it.
  std::string checkpoint(std::uint64_t size) const {
    return sign_note(to_text(Checkpoint{key_.name, size, root_of(size, reader())}), key_);
  }
  std::string checkpoint() const { return checkpoint(size_); }

  LedgerWord word_about(const std::vector<Evidence>& records) const {
    LedgerWord word{key_.name, vkey(), checkpoint(), {}};
    for (const auto& record : records) {
      word.inclusions.push_back(inclusion_proof(record.leaf_index, size_, reader()));
    }
    return word;
  }

 private:
  SigningKey key_;
  std::map<TileId, std::string> tiles_;
  std::uint64_t size_ = 0;
};

}  // namespace optledger::test
