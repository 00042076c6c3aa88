// A ledger of the tests' own: tiles in a map, a key, checkpoints of any of its sizes.
#pragma once

#include "lib/base/hash.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tree.hpp"

#include <map>
#include <string>
#include <utility>

namespace optledger::test {

class LedgerInMemory {
 public:
  explicit LedgerInMemory(std::string story = "ours") : story_(std::move(story)) {}

  // Adds leaves until there are so many, and signs.
  std::string checkpoint(std::uint64_t size) {
    std::vector<Digest> entries;
    for (auto index = size_; index < size; ++index) entries.push_back(sha256(story_ + std::to_string(index)));
    const auto growth = grow(size_, entries, reader());
    for (const auto& [tile, hashes] : growth.tiles) tiles_[{tile.level, tile.number}] = hashes;
    size_ = growth.size;
    return sign_note(to_text(Checkpoint{key_.name, growth.size, growth.root}), key_);
  }

  std::uint64_t size() const { return size_; }
  TileReader reader() const {
    return [this](const TileId& tile) {
      return tiles_.at({tile.level, tile.number}).substr(0, 32 * static_cast<std::size_t>(tile.width));
    };
  }
  SigningKey key() const { return key_; }
  std::string vkey() const { return to_text(verifier_of(key_)); }

 private:
  const std::string story_;
  const SigningKey key_{"newsletter.example.de/v1/ledger", sha256("the key of a ledger in memory")};
  std::map<std::pair<int, std::uint64_t>, std::string> tiles_;
  std::uint64_t size_ = 0;
};

}  // namespace optledger::test
