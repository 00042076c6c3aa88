#include "lib/ledger/tile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace optledger {
namespace {

constexpr std::uint64_t full = TileId::full_width;
constexpr int levels = 8;  // 256^8 leaves are more than a size can say
constexpr std::size_t entry_length = 2 + sizeof(Digest);

// Three digits to a folder, so that no folder grows large: 1234067 is x001/x234/067.
std::string number_path(std::uint64_t number) {
  auto path = fmt::format("{:03}", number % 1000);
  while (number >= 1000) {
    number /= 1000;
    path = fmt::format("x{:03}/{}", number % 1000, path);
  }
  return path;
}

std::string width_suffix(int width) {
  return width == TileId::full_width ? std::string() : fmt::format(".p/{}", width);
}

// Up to 18 digits; what is not the one right form shows when the path is built again.
std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  const auto [rest, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "x001/234.p/5" after the level.
std::optional<TileId> number_and_width(std::string_view path) {
  TileId tile;
  if (const auto at = path.find(".p/"); at != std::string_view::npos) {
    const auto width = to_number(path.substr(at + 3));
    if (!width || *width < 1 || *width >= full) return std::nullopt;
    tile.width = static_cast<int>(*width);
    path = path.substr(0, at);
  }
  std::string digits;
  std::copy_if(path.begin(), path.end(), std::back_inserter(digits),
               [](char c) { return c != 'x' && c != '/'; });
  const auto number = to_number(digits);
  if (!number) return std::nullopt;
  tile.number = *number;
  return tile;
}

std::uint64_t hashes_at(int level, std::uint64_t size) { return level < levels ? size >> (8U * level) : 0; }

}  // namespace

std::string path_of(const TileId& tile) {
  return fmt::format("tile/{}/{}{}", tile.level, number_path(tile.number), width_suffix(tile.width));
}

std::string entries_path_of(std::uint64_t number, int width) {
  return fmt::format("tile/entries/{}{}", number_path(number), width_suffix(width));
}

std::optional<TileId> tile_from_path(std::string_view path) {
  auto rest = path;
  if (!take_prefix(rest, "tile/")) return std::nullopt;
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto level = to_number(rest.substr(0, slash));
  auto tile = number_and_width(rest.substr(slash + 1));
  if (!level || *level > 63 || !tile) return std::nullopt;
  tile->level = static_cast<int>(*level);
  return path_of(*tile) == path ? tile : std::nullopt;
}

std::optional<TileId> entries_from_path(std::string_view path) {
  auto rest = path;
  if (!take_prefix(rest, "tile/entries/")) return std::nullopt;
  const auto tile = number_and_width(rest);
  return tile && entries_path_of(tile->number, tile->width) == path ? tile : std::nullopt;
}

std::optional<TileId> tile_at(int level, std::uint64_t number, std::uint64_t size) {
  const auto hashes = hashes_at(level, size);
  if (number > hashes / full) return std::nullopt;
  if (number < hashes / full) return TileId{level, number};
  if (hashes % full == 0) return std::nullopt;
  return TileId{level, number, static_cast<int>(hashes % full)};
}

std::vector<TileId> right_edge_of(std::uint64_t size) {
  std::vector<TileId> edge;
  for (int level = 0; hashes_at(level, size) > 0; ++level) {
    if (const auto tile = tile_at(level, hashes_at(level, size) / full, size)) edge.push_back(*tile);
  }
  return edge;
}

std::vector<TileId> tiles_of(std::uint64_t size) {
  std::vector<TileId> tiles;
  for (int level = 0; hashes_at(level, size) > 0; ++level) {
    for (std::uint64_t number = 0; const auto tile = tile_at(level, number, size); ++number)
      tiles.push_back(*tile);
  }
  return tiles;
}

std::string entry_bundle(std::span<const Digest> entries) {
  std::string bundle;
  bundle.reserve(entries.size() * entry_length);
  for (const auto& entry : entries) {
    bundle.append({'\0', static_cast<char>(entry.size())});
    bundle += as_chars(entry);
  }
  return bundle;
}

std::optional<std::vector<Digest>> entries_in_bundle(std::string_view bundle) {
  const auto count = bundle.size() / entry_length;
  if (bundle.size() % entry_length != 0 || count < 1 || count > full) return std::nullopt;
  std::vector<Digest> entries(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = bundle.substr(i * entry_length, entry_length);
    if (one[0] != '\0' || one[1] != static_cast<char>(sizeof(Digest))) return std::nullopt;
    std::copy(one.begin() + 2, one.end(), entries[i].begin());
  }
  return entries;
}

std::optional<std::vector<Digest>> hashes_in_tile(std::string_view bytes) {
  const auto count = bytes.size() / sizeof(Digest);
  if (bytes.size() % sizeof(Digest) != 0 || count < 1 || count > full) return std::nullopt;
  std::vector<Digest> hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Digest)), sizeof(Digest),
                hashes[i].begin());
  }
  return hashes;
}

}  // namespace optledger
