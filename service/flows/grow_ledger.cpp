#include "service/flows/grow_ledger.hpp"

#include "lib/ledger/merkle_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace optledger {
namespace {

constexpr std::uint64_t entries_at_once = 16384;
constexpr Duration pause_between_tries = std::chrono::milliseconds(20);

struct Tree {
  std::uint64_t size = 0;
  Digest root = empty_root();
};

LedgerContradiction disagreement(const Ledger& ledger, std::uint64_t index) {
  return LedgerContradiction(
      fmt::format("the database and the ledger's mirror {} disagree at entry {}: one of them was changed. "
                  "Nothing more is signed; "
                  "put back from your backup what does not belong, see optledger ledger verify",
                  ledger.mirror.folder().string(), index));
}

struct Facts {
  std::optional<SignedCheckpoint> known;
  std::uint64_t size = 0;
};

Facts read_facts(const Ledger& ledger, Store& store) {
  return read_from(store, [&](Reading& reading) {
    return Facts{known_checkpoint(ledger, reading), static_cast<std::uint64_t>(reading.ledger_size())};
  });
}

std::vector<Digest> read_entries(std::uint64_t from, std::uint64_t count, Store& store) {
  auto entries = read_from(store, [&](Reading& reading) {
    return reading.ledger_entries(static_cast<std::int64_t>(from), static_cast<int>(count));
  });
  if (entries.size() != count) {
    throw LedgerContradiction(fmt::format(
        "the database has no ledger entry {}: it was changed; put back your backup", from + entries.size()));
  }
  return entries;
}

// The last bundle of what is published: the same entries in the database, and the leaves that they make.
void compare_right_edge(const Ledger& ledger, std::uint64_t size, Store& store) {
  const auto number = (size - 1) / TileId::full_width;
  const auto first = number * TileId::full_width;
  const auto mirrored = ledger.mirror.entries_of_bundle(first, size);
  const auto ours = read_entries(first, mirrored.size(), store);
  const auto leaves = hashes_in_tile(ledger.mirror.tile(tile_at(0, number, size).value())).value();
  for (std::size_t i = 0; i < mirrored.size(); ++i) {
    if (mirrored[i] != ours[i] || leaf_hash(ours[i]) != leaves[i]) throw disagreement(ledger, first + i);
  }
}

void require_made_of_tiles(const Checkpoint& tree, const Ledger& ledger) {
  if (root_of(tree.size, ledger.mirror.reader()) == tree.root) return;
  throw LedgerContradiction(fmt::format(
      "the tiles in the ledger's mirror {} do not make the checkpoint of {} entries that was signed: they "
      "were changed. Nothing more is signed; put the mirror back from its copy",
      ledger.mirror.folder().string(), tree.size));
}

// What is published, once it is certain that it is what was signed.
Tree examine(const Ledger& ledger, const Checkpoint& published, const std::optional<SignedCheckpoint>& known,
             Store& store) {
  require_made_of_tiles(published, ledger);
  if (known && known->tree.size <= published.size) require_made_of_tiles(known->tree, ledger);
  if (published.size > 0) compare_right_edge(ledger, published.size, store);
  return {published.size, published.root};
}

// Adds the database's next entries to the tiles.
Tree extend(const Ledger& ledger, const Tree& tree, std::uint64_t count, LedgerMirror::Addition& addition,
            Store& store) {
  const auto entries = read_entries(tree.size, count, store);
  const auto growth = grow(tree.size, entries, ledger.mirror.reader());
  addition.add(tree.size, growth, entries);
  return {growth.size, growth.root};
}

// A mirror that is behind what the database knows was signed: the same tree again, and the same note.
Tree catch_up(const Ledger& ledger, Tree tree, const SignedCheckpoint& known, Store& store) {
  LedgerMirror::Addition addition(ledger.mirror, tree.size, known.tree.size);
  while (tree.size < known.tree.size) {
    tree = extend(ledger, tree, std::min(entries_at_once, known.tree.size - tree.size), addition, store);
  }
  if (tree.root != known.tree.root) {
    throw LedgerContradiction(
        "the entries in the database do not make the checkpoint that was signed for them: they were changed. "
        "Nothing "
        "more is signed; put back your backup");
  }
  addition.finish();
  ledger.mirror.publish(known.note);
  return tree;
}

void sign(const Ledger& ledger, const Tree& tree, Store& store) {
  const auto note = sign_note(to_text(Checkpoint{ledger.key.name, tree.size, tree.root}), ledger.key);
  ledger.mirror.publish(note);
  store.write([&note](Transaction& transaction) { put_known_checkpoint(note, transaction); });
}

// With the ledger's lock held.
Grown step(const Ledger& ledger, Store& store) {
  const auto published = published_checkpoint(ledger);
  const auto facts = read_facts(ledger, store);
  auto tree = published ? examine(ledger, published->tree, facts.known, store) : Tree{};
  if (facts.known && facts.known->tree.size > tree.size) tree = catch_up(ledger, tree, *facts.known, store);
  if (facts.size > tree.size) {
    LedgerMirror::Addition addition(ledger.mirror, tree.size, tree.size);
    tree = extend(ledger, tree, std::min(entries_at_once, facts.size - tree.size), addition, store);
    addition.finish();
    sign(ledger, tree, store);
  }
  return {tree.size, tree.size < facts.size};
}

LedgerStanding require_fit(const Ledger& ledger, Store& store) {
  const auto standing = ledger_standing(ledger, store);
  if (const auto trouble = trouble_in(standing, ledger)) throw LedgerContradiction(*trouble);
  return standing;
}

}  // namespace

std::optional<Grown> grow_ledger(const Ledger& ledger, Store& store) {
  const auto standing = require_fit(ledger, store);
  if (standing.entries == standing.published) return Grown{standing.published, false};
  const auto alone = store.try_lock("ledger");
  if (!alone) return std::nullopt;
  require_fit(ledger, store);  // as whoever had the lock before left it
  return step(ledger, store);
}

std::optional<SignedCheckpoint> examine_ledger(const Ledger& ledger, Store& store) {
  require_fit(ledger, store);
  auto published = published_checkpoint(ledger);
  if (published) examine(ledger, published->tree, read_facts(ledger, store).known, store);
  return published;
}

void grow_ledger_wholly(const Ledger& ledger, Store& store) {
  for (bool is_all = false; !is_all;) {
    const auto grown = grow_ledger(ledger, store);
    if (!grown) std::this_thread::sleep_for(pause_between_tries);
    is_all = grown && !grown->has_more;
  }
}

void rebuild_mirror(const Ledger& ledger, Store& store) {
  const auto alone = store.try_lock("ledger");
  if (!alone) throw StoreUnavailable("another optledger is at work on the ledger: try again");
  step(ledger, store);
}

std::optional<SignedCheckpoint> under_checkpoint(std::uint64_t index, Duration patience, const Ledger& ledger,
                                                 Store& store) {
  for (Duration waited{0};; waited += pause_between_tries) {
    auto published = published_checkpoint(ledger);
    if (published && index < published->tree.size) return published;
    if (waited >= patience) return std::nullopt;
    if (!grow_ledger(ledger, store)) std::this_thread::sleep_for(pause_between_tries);
  }
}

}  // namespace optledger
