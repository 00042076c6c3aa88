#include "service/flows/level_ledger.hpp"

#include "lib/consent/restored_record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

// A record of some ten thousand octets at most.
constexpr std::int64_t places_in_a_record = 2000;
constexpr int entries_compared_at_once = 4096;

LedgerContradiction not_of_one_ledger(const Ledger& ledger, std::uint64_t index) {
  return LedgerContradiction(
      fmt::format("the database is not an older copy of the one that the mirror {} belongs to: they differ "
                  "at entry {}. Put "
                  "back another backup, or the mirror that belongs to this database; nothing was changed",
                  ledger.mirror.folder().string(), index));
}

// Every entry of the database.
void require_beginning(const Ledger& ledger, std::uint64_t size, std::uint64_t published, Store& store) {
  EntriesOfMirror comparison(ledger, published);
  for (std::uint64_t first = 0; first < size;) {
    const auto entries = read_from(store, [&](Reading& reading) {
      return reading.ledger_entries(static_cast<std::int64_t>(first), entries_compared_at_once);
    });
    for (const auto& entry : entries) comparison.take(entry);
    if (entries.empty()) throw not_of_one_ledger(ledger, first);
    first += entries.size();
  }
}

// All entries of the mirror make the tree that was signed: those of the database and those it has lost.
void require_signed(const Ledger& ledger, const Checkpoint& tree) {
  Digest root{};
  for (std::uint64_t size = 0; size < tree.size;) {
    const auto entries = ledger.mirror.entries_of_bundle(size, tree.size);
    const auto growth = grow(size, entries, ledger.mirror.reader());
    for (const auto& [tile, hashes] : growth.tiles) {
      if (ledger.mirror.tile(tile) != hashes) {
        throw LedgerContradiction(
            fmt::format("the ledger's mirror {} is damaged: {} does not fit its entries; put the mirror back "
                        "from its copy",
                        ledger.mirror.folder().string(), path_of(tile)));
      }
    }
    size = growth.size;
    root = growth.root;
  }
  if (tree.size > 0 && root != tree.root) {
    throw LedgerContradiction(fmt::format(
        "the entries in the ledger's mirror {} do not make its checkpoint: put the mirror back from its "
        "copy; nothing was changed",
        ledger.mirror.folder().string()));
  }
}

void put_back(const Ledger& ledger, std::uint64_t from, std::uint64_t size, Transaction& transaction) {
  while (from < size) {
    const auto entries = ledger.mirror.entries_of_bundle(from, size);
    for (const auto& entry : entries) transaction.put_back_entry(entry);
    from += entries.size();
  }
}

void append_records(std::int64_t from, std::int64_t size, const std::string& reason, Instant now,
                    Entropy& entropy, Transaction& transaction) {
  do {
    const auto end = std::min(from + places_in_a_record, size);
    transaction.apply(
        {AppendRecord{restored_record(from, end, reason, now), fresh_digest(entropy), std::nullopt}});
    from = end;
  } while (from < size);
}

}  // namespace

void EntriesOfMirror::take(const Digest& entry) {
  if (next_ >= published_) return;
  const auto place = next_ % TileId::full_width;
  if (place == 0) bundle_ = ledger_.mirror.entries_of_bundle(next_, published_);
  if (bundle_[place] != entry) throw not_of_one_ledger(ledger_, next_);
  ++next_;
}

Levelled level_ledger(const Ledger& ledger, const std::string& reason, Store& store, Clock& clock,
                      Entropy& entropy) {
  const auto standing = ledger_standing(ledger, store);
  const auto published = published_checkpoint(ledger);
  if (published) {
    require_beginning(ledger, standing.entries, standing.published, store);
    require_signed(ledger, published->tree);
  }
  if (standing.mirror_is_missing) rebuild_mirror(ledger, store);
  Levelled levelled{0, standing.mirror_is_missing};
  const auto now = clock.now();
  store.write([&](Transaction& transaction) {
    const auto from = static_cast<std::uint64_t>(transaction.ledger_size());
    const auto end = std::max(from, standing.published);
    levelled.entries_put_back = static_cast<std::int64_t>(end - from);
    put_back(ledger, from, end, transaction);
    append_records(static_cast<std::int64_t>(from), static_cast<std::int64_t>(end), reason, now, entropy,
                   transaction);
  });
  return levelled;
}

}  // namespace optledger
