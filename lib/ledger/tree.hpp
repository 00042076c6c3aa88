// The tree as tiles hold it: roots and proofs from a handful of tiles, and what new entries add. The memory
// taken does not grow with the tree. A reader that gives a tile of another length than asked for is a fault
// (std::runtime_error); that its hashes are the right ones is for the caller to compare, by root.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/ledger/tile.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace optledger {

// Gives a tile's hashes, 32 bytes each. Asked only for tiles that the tree of the size in question has, with
// the width they have in it. The public mirror may have let go of a partial tile since a wider one exists:
// then the reader gives that one's first hashes.
using TileReader = std::function<std::string(const TileId&)>;

Digest root_of(std::uint64_t size, const TileReader& reader);

// Needs index < size and old_size <= size.
std::vector<Digest> inclusion_proof(std::uint64_t index, std::uint64_t size, const TileReader& reader);
std::vector<Digest> consistency_proof(std::uint64_t old_size, std::uint64_t size, const TileReader& reader);

struct Growth {
  std::vector<std::pair<TileId, std::string>> tiles;  // all that become new or wider, lowest level first
  std::uint64_t size = 0;
  Digest root{};
};

// The tree of `size` leaves with these entries added behind. Reads only its right edge.
Growth grow(std::uint64_t size, std::span<const Digest> new_entries, const TileReader& reader);

}  // namespace optledger
