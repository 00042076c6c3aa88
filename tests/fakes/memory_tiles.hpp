// The ledger's tiles in memory, as a mirror holds them: by path, each written once. A tile that was never
// made is a fault, so that a test sees who asks for tiles that the tree does not have.
#pragma once

#include "lib/ledger/tree.hpp"

#include <map>
#include <stdexcept>

namespace optledger {

class MemoryTiles {
 public:
  // The new root.
  Digest add(std::span<const Digest> entries) {
    const auto growth = grow(size_, entries, reader());
    for (const auto& [tile, bytes] : growth.tiles) files_[path_of(tile)] = bytes;
    size_ = growth.size;
    root_ = growth.root;
    return root_;
  }

  TileReader reader() const {
    return [this](const TileId& tile) {
      ++reads_;
      const auto found = files_.find(path_of(tile));
      if (found == files_.end()) throw std::runtime_error("no " + path_of(tile));
      return found->second;
    };
  }

  std::uint64_t size() const { return size_; }
  const Digest& root() const { return root_; }
  int reads() const { return reads_; }
  std::map<std::string, std::string>& files() { return files_; }

 private:
  std::map<std::string, std::string> files_;
  std::uint64_t size_ = 0;
  Digest root_{};
  mutable int reads_ = 0;
};

}  // namespace optledger
