#include "lib/ledger/merkle_tree.hpp"
#include "service/flows/verify_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace optledger {
namespace {

constexpr int rows_at_once = 4096;  // some ten milliseconds of a reader's time

// The tree made anew from the database's entries, every tile of it compared with the mirror's, every signed
// root with the one that comes out.
class TreeComparison {
 public:
  TreeComparison(const VerifyParts& parts)
      : ledger_(parts.ledger), published_(published_checkpoint(parts.ledger)) {
    const auto known =
        read_from(parts.store, [&](Reading& reading) { return known_checkpoint(ledger_, reading); });
    if (published_) signed_.emplace(published_->tree.size, std::pair(published_->tree.root, "the mirror"));
    if (known) signed_.emplace(known->tree.size, std::pair(known->tree.root, "the database"));
    if (known && published_ && known->tree.size == published_->tree.size &&
        known->tree.root != published_->tree.root) {
      throw LedgerContradiction(
          "mirror and database hold two different checkpoints of one size: two trees were signed");
    }
  }

  std::uint64_t published() const { return published_ ? published_->tree.size : 0; }

  // The next entries.
  Difference take(std::span<const Digest> entries) {
    while (!entries.empty()) {
      const auto stop = signed_.upper_bound(size_);
      if (stop == signed_.end()) return std::nullopt;  // not appended yet
      const auto some = entries.first(std::min<std::size_t>(entries.size(), stop->first - size_));
      if (auto difference = take_some(some)) return difference;
      entries = entries.subspan(some.size());
    }
    return std::nullopt;
  }

  // After the last one.
  Difference end() const {
    const auto last = signed_.empty() ? 0 : signed_.rbegin()->first;
    if (size_ >= last) return std::nullopt;
    return fmt::format(
        "the database has {} ledger entries, a checkpoint of {} was signed ({}): the last ones are gone, "
        "or an older copy was put back",
        size_, last, signed_.rbegin()->second.second);
  }

 private:
  Difference take_some(std::span<const Digest> entries) {
    if (auto difference = compare_bundles(entries)) return difference;
    const auto growth =
        grow(size_, entries, [this](const TileId& tile) { return edge_.at(tile.level).at(tile); });
    for (const auto& [tile, bytes] : growth.tiles) {
      edge_[tile.level] = {{tile, bytes}};
      if (tile_at(tile.level, tile.number, published()) != tile) continue;
      if (ledger_.mirror.tile(tile) != bytes)
        return fmt::format("the mirror's {} is not what the entries make", path_of(tile));
    }
    size_ = growth.size;
    const auto checkpoint = signed_.find(size_);
    if (checkpoint == signed_.end() || checkpoint->second.first == growth.root) return std::nullopt;
    return fmt::format(
        "the first {} ledger entries do not make the root that was signed for them (checkpoint of {})", size_,
        checkpoint->second.second);
  }

  Difference compare_bundles(std::span<const Digest> entries) {
    auto index = size_;
    for (const auto& entry : entries) {
      if (index >= published()) break;
      const auto at = index % TileId::full_width;
      if (at == 0 || bundle_.empty()) {
        const auto tile = tile_at(0, index / TileId::full_width, published()).value();
        bundle_ =
            entries_in_bundle(ledger_.mirror.bundle(tile.number, tile.width)).value_or(std::vector<Digest>());
        if (bundle_.size() != static_cast<std::size_t>(tile.width)) {
          return fmt::format("the mirror's {} is no bundle of entries",
                             entries_path_of(tile.number, tile.width));
        }
      }
      if (bundle_[at] != entry) {
        return fmt::format("ledger entry {} is not the one that was published ({})", index,
                           entries_path_of(index / TileId::full_width));
      }
      ++index;
    }
    return std::nullopt;
  }

  const Ledger& ledger_;
  std::optional<SignedCheckpoint> published_;
  std::map<std::uint64_t, std::pair<Digest, const char*>> signed_;
  std::uint64_t size_ = 0;
  std::vector<Digest> bundle_;                         // of the mirror
  std::map<int, std::map<TileId, std::string>> edge_;  // the last tile of each level
};

// Beside a running service something may have been erased since its entry was read.
Difference find_put_back(const EntryAudit& audit, Store& store) {
  for (const auto index : audit.named_but_there()) {
    const auto rows = read_from(store, [&](Reading& reading) { return reading.entry_rows(index, 1); });
    if (!rows.empty() && rows.front().leaf_index == index && rows.front().salt) {
      return fmt::format("record {} is there, though it was erased", index);
    }
  }
  return std::nullopt;
}

}  // namespace

Difference verify_entries(const VerifyParts& parts, EntryAudit& audit, std::int64_t& published) {
  TreeComparison tree(parts);
  published = static_cast<std::int64_t>(tree.published());
  for (auto from = std::numeric_limits<std::int64_t>::min();; from = audit.entries()) {
    const auto rows =
        read_from(parts.store, [&](Reading& reading) { return reading.entry_rows(from, rows_at_once); });
    std::vector<Digest> entries;
    entries.reserve(rows.size());
    for (const auto& row : rows) {
      if (auto difference = audit.take(row)) return difference;
      entries.push_back(row.entry);
    }
    if (auto difference = tree.take(entries)) return difference;
    parts.progress(audit.entries(), "entries");
    if (rows.size() < rows_at_once) break;
  }
  if (auto difference = tree.end()) return difference;
  if (auto difference = audit.find_unaccounted()) return difference;
  return find_put_back(audit, parts.store);
}

}  // namespace optledger
