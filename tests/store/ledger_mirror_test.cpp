// The ledger's mirror on a real disk: files that only grow, what an interruption leaves, and a disk that
// refuses.
#include "service/store/ledger_mirror.hpp"

#include "lib/base/hash.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "service/store/store.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace optledger;

namespace {

using std::filesystem::path;

std::vector<Digest> entries_between(std::uint64_t from, std::uint64_t to,
                                    const std::string& kind = "entry ") {
  std::vector<Digest> entries;
  for (auto i = from; i < to; ++i) entries.push_back(sha256(kind + std::to_string(i)));
  return entries;
}

// The tree of the first `size` entries, without tiles.
Digest root_over(const std::vector<Digest>& entries, std::size_t begin, std::size_t end) {
  if (end - begin == 1) return leaf_hash(entries[begin]);
  std::size_t half = 1;
  while (half * 2 < end - begin) half *= 2;
  return node_hash(root_over(entries, begin, begin + half), root_over(entries, begin + half, end));
}

std::string octets_in(const path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

class Mirrored {
  TemporaryFolder folder_;

 public:
  LedgerMirror mirror{folder_.path() / "ledger"};
  std::uint64_t size = 0;
  Digest root{};

  // As the ledger grows by a step.
  void grow_to(std::uint64_t wanted, std::uint64_t promised = 0, const std::string& kind = "entry ") {
    LedgerMirror::Addition addition(mirror, size, promised);
    const auto entries = entries_between(size, wanted, kind);
    const auto growth = grow(size, entries, mirror.reader());
    addition.add(size, growth, entries);
    addition.finish();
    size = growth.size;
    root = growth.root;
  }
  path file(const std::string& name) const { return mirror.folder() / name; }
};

}  // namespace

TEST_CASE("a mirror that grew in steps of any width has the tiles and entries of the tree") {
  Mirrored mirrored;
  for (const std::uint64_t size : {1, 2, 255, 256, 257, 600, 1000, 66000}) mirrored.grow_to(size);
  const auto entries = entries_between(0, 66000);
  CHECK(mirrored.root == root_over(entries, 0, entries.size()));
  for (const std::uint64_t size : {1, 3, 256, 300, 65536, 65800, 66000}) {
    CHECK(root_of(size, mirrored.mirror.reader()) == root_over(entries, 0, size));
  }
  CHECK(octets_in(mirrored.file("tile/0/000")).size() == 8192);
  CHECK(octets_in(mirrored.file("tile/0/257")).size() == (66000 - 257 * 256) * 32);
  CHECK(octets_in(mirrored.file("tile/1/000")).size() == 8192);
  CHECK(octets_in(mirrored.file("tile/2/000")).size() == 32);
  CHECK(octets_in(mirrored.file("tile/entries/001")) == entry_bundle(entries_between(256, 512)));
  CHECK(mirrored.mirror.bundle(0, 5) == entry_bundle(entries_between(0, 5)));
  CHECK(mirrored.mirror.entries_of_bundle(300, 66000) == entries_between(300, 512));
  CHECK(mirrored.mirror.entries_of_bundle(65900, 66000) == entries_between(65900, 66000));
}

TEST_CASE("what stands behind what was published is written again, and what was published never is") {
  Mirrored mirrored;
  mirrored.grow_to(300);
  const auto published = octets_in(mirrored.file("tile/0/001"));
  // A step that was killed: a longer tile with something else in it, and half of a new one.
  put(mirrored.file("tile/0/001"), published + std::string(500, 'x'));
  put(mirrored.file("tile/entries/002"), "half");
  mirrored.grow_to(800);
  CHECK(octets_in(mirrored.file("tile/0/001")).substr(0, published.size()) == published);
  const auto entries = entries_between(0, 800);
  CHECK(root_of(800, mirrored.mirror.reader()) == root_over(entries, 0, 800));
  CHECK(octets_in(mirrored.file("tile/entries/002")) == entry_bundle(entries_between(512, 768)));
}

TEST_CASE("a published tile that was cut or is gone is named and nothing is written behind it") {
  Mirrored mirrored;
  mirrored.grow_to(300);
  std::filesystem::resize_file(mirrored.file("tile/entries/001"), 34 * 44 - 1);
  CHECK_THROWS_WITH_AS(mirrored.grow_to(301), doctest::Contains("tile/entries/001"), LedgerContradiction);
  std::filesystem::remove(mirrored.file("tile/0/001"));
  CHECK_THROWS_WITH_AS(mirrored.mirror.tile({0, 1, 44}), doctest::Contains("is missing"),
                       LedgerContradiction);
  CHECK_THROWS_AS(mirrored.grow_to(301), LedgerContradiction);
}

TEST_CASE("what was promised is compared, where it is still there") {
  Mirrored mirrored;
  mirrored.grow_to(300);
  mirrored.size = 0;  // its checkpoint is lost
  const auto before = octets_in(mirrored.file("tile/0/000"));
  CHECK_THROWS_WITH_AS(mirrored.grow_to(100, 300, "changed "), doctest::Contains("disagree"),
                       LedgerContradiction);
  CHECK(octets_in(mirrored.file("tile/0/000")) == before);
  mirrored.size = 0;
  mirrored.grow_to(100, 300);
  CHECK(octets_in(mirrored.file("tile/0/000")) == before);
  mirrored.grow_to(300, 300);
  CHECK(root_of(300, mirrored.mirror.reader()) == root_over(entries_between(0, 300), 0, 300));
}

TEST_CASE("a checkpoint takes the place of the last one") {
  Mirrored mirrored;
  CHECK_FALSE(mirrored.mirror.checkpoint());
  mirrored.mirror.make();
  CHECK_FALSE(mirrored.mirror.checkpoint());
  mirrored.mirror.publish("one\n");
  put(mirrored.file("checkpoint.new"), "half of a che");
  CHECK(mirrored.mirror.checkpoint() == "one\n");
  mirrored.mirror.publish("two\n");
  CHECK(mirrored.mirror.checkpoint() == "two\n");
}

TEST_CASE("many files are synced at once") {
  Mirrored mirrored;
  mirrored.grow_to(200 * 256 + 7);
  CHECK(root_of(200 * 256 + 7, mirrored.mirror.reader()) == mirrored.root);
}

TEST_CASE("a mirror that cannot be made or used is a disk that refuses") {
  TemporaryFolder folder;
  put(folder.path() / "file", "no folder");
  const LedgerMirror in_a_file(folder.path() / "file" / "ledger");
  CHECK_THROWS_AS(in_a_file.make(), StoreUnavailable);
  CHECK_FALSE(in_a_file.checkpoint());
  CHECK_THROWS_AS(in_a_file.publish("one\n"), StoreUnavailable);
}
