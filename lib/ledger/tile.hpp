// Tiles (C2SP tlog-tiles): the tree cut into pieces of up to 256 hashes of every eighth level, each a file or
// a URL of its own. A path has one form only; anything else is not a tile.
#pragma once

#include "lib/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct TileId {
  static constexpr int full_width = 256;

  int level = 0;  // 0..63; a hash of level L stands for 256^L leaves
  std::uint64_t number = 0;
  int width = full_width;  // 1..256

  friend auto operator<=>(const TileId&, const TileId&) = default;
};

std::string path_of(const TileId& tile);                             // "tile/0/x001/234.p/5"
std::string entries_path_of(std::uint64_t number, int width = 256);  // "tile/entries/x001/234.p/5"

std::optional<TileId> tile_from_path(std::string_view path);
std::optional<TileId> entries_from_path(std::string_view path);  // the level is 0

// The tile of this level and number as the tree of `size` leaves has it; nothing when that tree has none.
std::optional<TileId> tile_at(int level, std::uint64_t number, std::uint64_t size);

// The last, partly filled tile of each level that has one, lowest level first: what of a tree is not final.
std::vector<TileId> right_edge_of(std::uint64_t size);

// All tiles of the tree, lowest level first. For small trees; see right_edge_of and tile_at.
std::vector<TileId> tiles_of(std::uint64_t size);

// A bundle of entries: each with its length as two bytes, big-endian, before it.
std::string entry_bundle(std::span<const Digest> entries);
std::optional<std::vector<Digest>> entries_in_bundle(std::string_view bundle);

// A tile's hashes as values. Nothing when the length is not that of 1 to 256 hashes.
std::optional<std::vector<Digest>> hashes_in_tile(std::string_view bytes);

}  // namespace optledger
