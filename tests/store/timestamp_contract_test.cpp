// What every engine must keep of timestamps.
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

class TimestampSqlite {
 public:
  std::unique_ptr<Store> open() { return open_sqlite_store(folder_.path() / "test.db", noon).store; }

 private:
  TemporaryFolder folder_;
};

LedgerTimestamp stamp(std::int64_t size, const std::string& token = std::string("\x30\x00\xff", 3)) {
  return {size, "origin\n" + std::to_string(size) + "\nroot\n\n— origin sig\n", token, noon,
          noon + std::chrono::milliseconds(size)};
}

void keep(Store& store, const LedgerTimestamp& timestamp) {
  store.write([&](Transaction& transaction) { transaction.keep_ledger_timestamp(timestamp); });
}

std::vector<LedgerTimestamp> after(Store& store, std::int64_t size, int limit) {
  return read_from(store, [&](Reading& reading) { return reading.ledger_timestamps(size, limit); });
}

}  // namespace

TEST_CASE_TEMPLATE("a timestamp is there after reopening, byte for byte", Engine, TimestampSqlite) {
  Engine engine;
  CHECK_FALSE(read_from(*engine.open(), [](Reading& reading) { return reading.last_ledger_timestamp(); }));
  keep(*engine.open(), stamp(7));
  const auto last =
      read_from(*engine.open(), [](Reading& reading) { return reading.last_ledger_timestamp(); });
  REQUIRE(last);
  CHECK(last->tree_size == 7);
  CHECK(last->checkpoint == stamp(7).checkpoint);
  CHECK(last->token == stamp(7).token);
  CHECK(last->stamped_at == noon);
  CHECK(last->received_at == stamp(7).received_at);
}

TEST_CASE_TEMPLATE("timestamps are read in the order of their sizes, in pages", Engine, TimestampSqlite) {
  Engine engine;
  const auto store = engine.open();
  for (const int size : {300, 7, 20}) keep(*store, stamp(size));
  CHECK(read_from(*store, [](Reading& reading) { return reading.last_ledger_timestamp(); })->tree_size ==
        300);
  REQUIRE(after(*store, 0, 2).size() == 2);
  CHECK(after(*store, 0, 2)[1].tree_size == 20);
  REQUIRE(after(*store, 7, 9).size() == 2);
  CHECK(after(*store, 7, 9)[0].tree_size == 20);
  CHECK(after(*store, 300, 9).empty());
}

TEST_CASE_TEMPLATE("the first timestamp of a size stays", Engine, TimestampSqlite) {
  Engine engine;
  const auto store = engine.open();
  keep(*store, stamp(7));
  keep(*store, stamp(7, "another"));
  REQUIRE(after(*store, 0, 9).size() == 1);
  CHECK(after(*store, 0, 9)[0].token == stamp(7).token);
}
