#include "lib/ledger/tree.hpp"

#include "lib/base/hash.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "tests/fakes/memory_tiles.hpp"
#include "tests/lib/ledger/naive_tree.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;

namespace {

Digest entry_number(std::uint64_t number) { return sha256("entry " + std::to_string(number)); }

std::vector<Digest> entries_from(std::uint64_t first, std::uint64_t count) {
  std::vector<Digest> entries;
  for (auto number = first; number < first + count; ++number) entries.push_back(entry_number(number));
  return entries;
}

// So many that a third level of tiles begins.
const std::vector<Digest>& many_entries() {
  static const auto entries = entries_from(0, 140'000);
  return entries;
}

struct BothTrees {
  MemoryTiles tiles;
  NaiveTree naive;

  void add(std::uint64_t count) {
    const auto entries = entries_from(tiles.size(), count);
    for (const auto& entry : entries) naive.add(entry);
    tiles.add(entries);
  }
};

void flip(Digest& hash, int bit) {
  hash.at(static_cast<std::size_t>(bit) / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
}

// A proof about a tree of up to 600 leaves, everything that it says in one place.
struct Claim {
  Digest leaf{};
  std::uint64_t first = 0;  // the index, or the old size
  std::uint64_t size = 0;
  std::vector<Digest> proof;
  Digest old_root{};
  Digest root{};

  bool included() const { return verify_inclusion(leaf, first, size, proof, root); }
  bool consistent() const { return verify_consistency(first, size, proof, old_root, root); }
};

BothTrees& six_hundred() {
  static BothTrees trees = [] {
    BothTrees made;
    made.add(600);
    return made;
  }();
  return trees;
}

Claim any_claim(bool inclusion) {
  auto& trees = six_hundred();
  Claim claim;
  claim.size = *rc::gen::inRange<std::uint64_t>(1, 601);
  claim.first = *rc::gen::inRange<std::uint64_t>(inclusion ? 0 : 1, claim.size);
  if (!inclusion && claim.first == 0) claim.first = claim.size;
  claim.root = trees.naive.root(claim.size);
  claim.leaf = trees.naive.leaf(claim.first % 600);
  claim.old_root = trees.naive.root(claim.first);
  claim.proof = inclusion ? trees.naive.inclusion(claim.first, claim.size)
                          : trees.naive.consistency(claim.first, claim.size);
  return claim;
}

}  // namespace

TEST_CASE("to 300 leaves, roots, inclusion and consistency equal RFC 6962 word for word, and verify") {
  BothTrees trees;
  for (std::uint64_t size = 0; size <= 300; ++size) {
    if (size > 0) trees.add(1);
    CAPTURE(size);
    const auto root = trees.naive.root(size);
    const auto reader = trees.tiles.reader();
    REQUIRE(root_of(size, reader) == root);
    if (size > 0) REQUIRE(trees.tiles.root() == root);
    bool all_hold = true;
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, reader);
      all_hold = all_hold && proof == trees.naive.inclusion(index, size) &&
                 verify_inclusion(trees.naive.leaf(index), index, size, proof, root);
    }
    for (std::uint64_t old_size = 0; old_size <= size; ++old_size) {
      const auto proof = consistency_proof(old_size, size, reader);
      all_hold = all_hold && proof == trees.naive.consistency(old_size, size) &&
                 verify_consistency(old_size, size, proof, trees.naive.root(old_size), root);
    }
    REQUIRE(all_hold);
  }
}

TEST_CASE("however the entries are cut into steps, the tiles are the same bytes") {
  const auto entries = entries_from(0, 2000);
  MemoryTiles at_once;
  at_once.add(entries);
  CHECK(rc::check([&] {
    MemoryTiles in_steps;
    while (in_steps.size() < entries.size()) {
      const auto left = entries.size() - in_steps.size();
      const auto step = std::min(left, *rc::gen::element<std::size_t>(1, 3, 255, 256, 257, 1000));
      in_steps.add(std::span(entries).subspan(in_steps.size(), step));
    }
    RC_ASSERT(in_steps.root() == at_once.root());
    for (const auto& tile : tiles_of(entries.size())) {
      RC_ASSERT(in_steps.files().at(path_of(tile)) == at_once.files().at(path_of(tile)));
    }
  }));
}

TEST_CASE("above one tile of tiles, proofs of old and new sizes verify against each other") {
  MemoryTiles tiles;
  std::vector<std::pair<std::uint64_t, Digest>> roots;
  for (const std::uint64_t size : {1, 255, 256, 257, 65'535, 65'536, 65'537, 131'072, 140'000}) {
    tiles.add(std::span(many_entries()).subspan(tiles.size(), size - tiles.size()));
    roots.emplace_back(size, tiles.root());
  }
  for (const auto& [size, root] : roots) {
    CHECK(root_of(size, tiles.reader()) == root);
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size - 1}) {
      const auto proof = inclusion_proof(index, size, tiles.reader());
      CHECK(verify_inclusion(leaf_hash(entry_number(index)), index, size, proof, root));
    }
    for (const auto& [old_size, old_root] : roots) {
      if (old_size > size) continue;
      CHECK(verify_consistency(old_size, size, consistency_proof(old_size, size, tiles.reader()), old_root,
                               root));
    }
  }
}

TEST_CASE("a proof reads two tiles a level at most") {
  MemoryTiles tiles;
  tiles.add(many_entries());
  const auto before = tiles.reads();
  inclusion_proof(70'123, 140'000, tiles.reader());
  CHECK(tiles.reads() - before <= 6);
}

TEST_CASE("any flipped bit of an inclusion proof, its leaf or its root breaks it") {
  CHECK(rc::check([] {
    auto claim = any_claim(true);
    RC_ASSERT(claim.included());
    auto& hash = *rc::gen::element(0, 1, 2) == 0 || claim.proof.empty()
                     ? (*rc::gen::arbitrary<bool>() ? claim.leaf : claim.root)
                     : claim.proof.at(*rc::gen::inRange<std::size_t>(0, claim.proof.size()));
    flip(hash, *rc::gen::inRange(0, 256));
    RC_ASSERT_FALSE(claim.included());
  }));
}

TEST_CASE("any flipped bit of a consistency proof or one of its roots breaks it") {
  CHECK(rc::check([] {
    auto claim = any_claim(false);
    RC_ASSERT(claim.consistent());
    auto& hash = *rc::gen::arbitrary<bool>() || claim.proof.empty()
                     ? (*rc::gen::arbitrary<bool>() ? claim.old_root : claim.root)
                     : claim.proof.at(*rc::gen::inRange<std::size_t>(0, claim.proof.size()));
    flip(hash, *rc::gen::inRange(0, 256));
    RC_ASSERT_FALSE(claim.consistent());
  }));
}

TEST_CASE("a proof with a hash too many or too few, or for another index, does not hold") {
  CHECK(rc::check([] {
    const bool inclusion = *rc::gen::arbitrary<bool>();
    const auto claim = any_claim(inclusion);
    const auto holds = [inclusion](const Claim& c) { return inclusion ? c.included() : c.consistent(); };
    auto longer = claim;
    longer.proof.insert(longer.proof.begin() + *rc::gen::inRange<std::ptrdiff_t>(
                                                   0, static_cast<std::ptrdiff_t>(claim.proof.size()) + 1),
                        claim.root);
    RC_ASSERT_FALSE(holds(longer));
    if (!claim.proof.empty()) {
      auto shorter = claim;
      shorter.proof.erase(shorter.proof.begin() + *rc::gen::inRange<std::ptrdiff_t>(
                                                      0, static_cast<std::ptrdiff_t>(claim.proof.size())));
      RC_ASSERT_FALSE(holds(shorter));
    }
    auto elsewhere = claim;
    elsewhere.first = *rc::gen::inRange<std::uint64_t>(0, 700);
    if (elsewhere.first != claim.first) RC_ASSERT_FALSE(holds(elsewhere));
  }));
}

TEST_CASE("the empty tree has its root, grows from nothing, and includes nothing") {
  const MemoryTiles tiles;
  CHECK(root_of(0, tiles.reader()) == empty_root());
  CHECK(grow(0, {}, tiles.reader()).root == empty_root());
  CHECK(tiles.reads() == 0);
  CHECK(verify_consistency(0, 0, {}, empty_root(), empty_root()));
  CHECK_FALSE(verify_consistency(0, 0, {}, sha256("x"), sha256("x")));
  CHECK_FALSE(verify_consistency(0, 5, {}, sha256("x"), sha256("y")));
  CHECK_FALSE(verify_inclusion(empty_root(), 0, 0, {}, empty_root()));
  CHECK_THROWS(inclusion_proof(0, 0, tiles.reader()));
  CHECK_THROWS(consistency_proof(1, 0, tiles.reader()));
}

TEST_CASE("a tile of the wrong length is a fault, not a hash") {
  MemoryTiles tiles;
  tiles.add(entries_from(0, 300));
  for (const auto& damaged :
       {std::string(), std::string(44 * 32 - 1, 'a'), std::string(43 * 32, 'a'), std::string(45 * 32, 'a')}) {
    tiles.files()["tile/0/001.p/44"] = damaged;
    CHECK_THROWS_WITH(root_of(300, tiles.reader()), doctest::Contains("tile/0/001.p/44"));
    CHECK_THROWS(grow(300, entries_from(300, 1), tiles.reader()));
  }
}
