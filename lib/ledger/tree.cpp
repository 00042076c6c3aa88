#include "lib/ledger/tree.hpp"

#include "lib/ledger/merkle_tree.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>

namespace optledger {
namespace {

constexpr std::uint64_t tile_width = TileId::full_width;

// The largest power of two below n: where RFC 6962 splits a tree of n > 1 leaves.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

std::vector<Digest> read_tile(const TileId& tile, const TileReader& reader) {
  auto hashes = hashes_in_tile(reader(tile));
  if (!hashes || hashes->size() != static_cast<std::size_t>(tile.width)) {
    throw std::runtime_error("the ledger's " + path_of(tile) + " has not the length that its name says");
  }
  return *std::move(hashes);
}

// One whole subtree's root from its hashes, a power of two of them.
Digest fold(std::vector<Digest> hashes) {
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2)) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i)
      hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
  }
  return hashes.front();
}

// A tree of fixed size, each tile read once. Proofs touch two tiles a level at most.
class Tiles {
 public:
  Tiles(std::uint64_t size, const TileReader& reader) : size_(size), reader_(reader) {}

  // The root over leaves [begin, end). Begins where a subtree of at least that length does.
  Digest range(std::uint64_t begin, std::uint64_t end) {
    std::vector<Digest> subtrees;
    while (begin < end) {
      const auto width = std::bit_floor(end - begin);
      subtrees.push_back(subtree(begin, width));
      begin += width;
    }
    auto root = subtrees.back();
    for (auto left = subtrees.rbegin() + 1; left != subtrees.rend(); ++left) root = node_hash(*left, root);
    return root;
  }

 private:
  // The root of one whole subtree: of a few neighbouring hashes of one tile.
  Digest subtree(std::uint64_t begin, std::uint64_t width) {
    const int height = std::countr_zero(width);
    const int level = height / 8;
    const auto count = std::uint64_t{1} << (height % 8U);
    const auto first = begin >> (8U * level);
    const auto& hashes = tile(level, first / tile_width);
    const auto from = hashes.begin() + static_cast<std::ptrdiff_t>(first % tile_width);
    return fold({from, from + static_cast<std::ptrdiff_t>(count)});
  }

  const std::vector<Digest>& tile(int level, std::uint64_t number) {
    auto& hashes = read_[{level, number}];
    if (hashes.empty()) hashes = read_tile(tile_at(level, number, size_).value(), reader_);
    return hashes;
  }

  std::uint64_t size_;
  const TileReader& reader_;
  std::map<std::pair<int, std::uint64_t>, std::vector<Digest>> read_;
};

// One level's growth: its last tile's hashes go on; each tile that fills gives a hash to the level above.
std::vector<Digest> grow_level(int level, std::uint64_t size, std::vector<Digest> added,
                               const TileReader& reader, Growth& growth) {
  const auto before = size >> (8U * level);
  auto number = before / tile_width;
  std::vector<Digest> hashes;
  if (const auto edge = tile_at(level, number, size)) hashes = read_tile(*edge, reader);
  hashes.insert(hashes.end(), added.begin(), added.end());
  std::vector<Digest> above;
  for (std::size_t from = 0; from < hashes.size(); from += tile_width, ++number) {
    const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(from);
    const auto width = std::min<std::size_t>(tile_width, hashes.size() - from);
    const std::vector<Digest> own(begin, begin + static_cast<std::ptrdiff_t>(width));
    std::string bytes;
    for (const auto& hash : own) bytes += as_chars(hash);
    growth.tiles.emplace_back(TileId{level, number, static_cast<int>(width)}, std::move(bytes));
    if (width == tile_width) above.push_back(fold(own));
  }
  return above;
}

}  // namespace

Digest root_of(std::uint64_t size, const TileReader& reader) {
  return size == 0 ? empty_root() : Tiles(size, reader).range(0, size);
}

std::vector<Digest> inclusion_proof(std::uint64_t index, std::uint64_t size, const TileReader& reader) {
  if (index >= size) throw std::out_of_range("inclusion of a leaf that the tree does not have");
  Tiles tiles(size, reader);
  std::vector<Digest> proof;
  std::uint64_t begin = 0;
  auto end = size;
  while (end - begin > 1) {
    const auto middle = begin + split_of(end - begin);
    if (index < middle) {
      proof.push_back(tiles.range(middle, end));
      end = middle;
    } else {
      proof.push_back(tiles.range(begin, middle));
      begin = middle;
    }
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

std::vector<Digest> consistency_proof(std::uint64_t old_size, std::uint64_t size, const TileReader& reader) {
  if (old_size > size) throw std::out_of_range("consistency with a larger tree");
  if (old_size == 0 || old_size == size) return {};
  Tiles tiles(size, reader);
  std::vector<Digest> proof;
  std::uint64_t begin = 0;
  auto end = size;
  while (old_size != end) {
    const auto middle = begin + split_of(end - begin);
    if (old_size <= middle) {
      proof.push_back(tiles.range(middle, end));
      end = middle;
    } else {
      proof.push_back(tiles.range(begin, middle));
      begin = middle;
    }
  }
  if (begin != 0) proof.push_back(tiles.range(begin, end));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Growth grow(std::uint64_t size, std::span<const Digest> new_entries, const TileReader& reader) {
  Growth growth;
  growth.size = size + new_entries.size();
  std::vector<Digest> added;
  added.reserve(new_entries.size());
  for (const auto& entry : new_entries) added.push_back(leaf_hash(entry));
  for (int level = 0; !added.empty(); ++level)
    added = grow_level(level, size, std::move(added), reader, growth);
  const auto overlay = [&](const TileId& wanted) {
    const auto found = std::find_if(growth.tiles.begin(), growth.tiles.end(),
                                    [&](const auto& tile) { return tile.first == wanted; });
    return found == growth.tiles.end() ? reader(wanted) : found->second;
  };
  growth.root = root_of(growth.size, overlay);
  return growth;
}

}  // namespace optledger
