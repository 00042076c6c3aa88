#include "lib/ledger/tile.hpp"

#include "lib/base/hash.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;

TEST_CASE("a tile's path has three digits to a folder and its width where it is not full") {
  CHECK(path_of({0, 0}) == "tile/0/000");
  CHECK(path_of({0, 1'234'067}) == "tile/0/x001/x234/067");
  CHECK(path_of({1, 1234, 5}) == "tile/1/x001/234.p/5");
  CHECK(path_of({63, 999, 255}) == "tile/63/999.p/255");
  CHECK(entries_path_of(1000) == "tile/entries/x001/000");
  CHECK(entries_path_of(3, 12) == "tile/entries/003.p/12");
}

TEST_CASE("every path is read back as the tile it was made of") {
  CHECK(rc::check([] {
    const TileId tile{*rc::gen::inRange(0, 64), *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 55U),
                      *rc::gen::inRange(1, 257)};
    RC_ASSERT(tile_from_path(path_of(tile)) == tile);
    const TileId bundle{0, tile.number, tile.width};
    RC_ASSERT(entries_from_path(entries_path_of(tile.number, tile.width)) == bundle);
  }));
}

TEST_CASE("a path in any other form is no tile") {
  for (const auto* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/1000",
                           "tile/0/x000/001",
                           "tile/0/x000/x001/002",
                           "tile/0/x001/x002",
                           "tile/0/001/002",
                           "tile/0/x01/002",
                           "tile/0/x001//002",
                           "tile/0/x001/002/",
                           "/tile/0/001",
                           "tile/00/001",
                           "tile/-1/001",
                           "tile/64/001",
                           "tile/+1/001",
                           "tile/0/-01",
                           "tile/0/001.p",
                           "tile/0/001.p/",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/05",
                           "tile/0/001.p/5/",
                           "tile/0/001.p/5.p/5",
                           "tile/0/001.P/5",
                           "tile/0/../0/001",
                           "tile/0/00x1",
                           "tile/0/x0x1/002",
                           "tile/0/001\n",
                           "tile/entries/001",
                           "tile/0/%30%30%31",
                           "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
    CAPTURE(path);
    CHECK_FALSE(tile_from_path(path));
  }
  CHECK_FALSE(tile_from_path(std::string("tile/0/001\0", 11)));
  CHECK_FALSE(entries_from_path("tile/entries/1"));
  CHECK_FALSE(entries_from_path("tile/0/001"));
}

TEST_CASE("70 000 leaves are cut as C2SP's page says") {
  const auto tiles = tiles_of(70'000);
  CHECK(tiles.size() == 273 + 1 + 1 + 1 + 1);
  CHECK(right_edge_of(70'000) == std::vector<TileId>{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}});
  CHECK(tile_at(0, 272, 70'000) == TileId{0, 272});
  CHECK(tile_at(0, 273, 70'000) == TileId{0, 273, 112});
  CHECK(tile_at(1, 0, 70'000) == TileId{1, 0});
  CHECK_FALSE(tile_at(0, 274, 70'000));
  CHECK_FALSE(tile_at(3, 0, 70'000));
}

TEST_CASE("an empty tree has no tile, and a full one no partial tile of no hashes") {
  CHECK(tiles_of(0).empty());
  CHECK(right_edge_of(0).empty());
  CHECK(right_edge_of(256) == std::vector<TileId>{{1, 0, 1}});
  CHECK_FALSE(tile_at(0, 1, 256));
  CHECK(right_edge_of(~std::uint64_t{0}).size() == 8);
  CHECK_FALSE(tile_at(8, 0, ~std::uint64_t{0}));
  CHECK_FALSE(tile_at(63, 0, ~std::uint64_t{0}));
}

TEST_CASE("entries stand in a bundle with their length before them") {
  const std::vector<Digest> entries = {sha256("a"), sha256("b")};
  const auto bundle = entry_bundle(entries);
  CHECK(bundle.size() == 68);
  CHECK(bundle.substr(0, 2) == std::string("\0\x20", 2));
  CHECK(entries_in_bundle(bundle) == entries);
  CHECK_FALSE(entries_in_bundle(""));
  CHECK_FALSE(entries_in_bundle(bundle.substr(1)));
  CHECK_FALSE(entries_in_bundle(bundle + '\0'));
  auto longer = bundle;
  longer[1] = '\x21';
  CHECK_FALSE(entries_in_bundle(longer));
  CHECK_FALSE(entries_in_bundle(entry_bundle(std::vector<Digest>(257))));
}
