// Copies of a SQLite database: whole, checked, put back in one step.
#include "service/store/sqlite/backup.hpp"

#include "lib/base/hash.hpp"
#include "service/store/sqlite/connection.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

using namespace optledger;

namespace {

void keep_texts(Store& store, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const auto text = "text number " + std::to_string(i) + std::string(2000, 'x');
    store.write([&](Transaction& transaction) { transaction.keep_document(sha256(text), text); });
  }
}

bool knows_text(Store& store, int number) {
  const auto text = "text number " + std::to_string(number) + std::string(2000, 'x');
  return read_from(store, [&](Reading& reading) { return reading.document(sha256(text)).has_value(); });
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class TwoFiles {
 public:
  std::filesystem::path database() const { return folder_.path() / "test.db"; }
  std::filesystem::path copy() const { return folder_.path() / "a backup #1?.db"; }
  std::unique_ptr<Store> open() const { return open_sqlite_store(database(), noon).store; }

  void back_up() const {
    std::ofstream(copy()).flush();
    copy_sqlite_database(database(), copy(), [](std::uint64_t, std::uint64_t) {});
  }
  void put_back() const {
    replace_sqlite_database(database(), copy(), [](std::uint64_t, std::uint64_t) {});
  }
  std::string refusal() const {
    try {
      examine_sqlite_copy(copy());
    } catch (const std::runtime_error& fault) {
      return fault.what();
    }
    return {};
  }
  std::size_t count_files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a copy made under writes is whole, of one moment, and needs no other file") {
  TwoFiles files;
  const auto store = files.open();
  store->write([](Transaction& transaction) { transaction.keep_meta("key_check", "k"); });
  keep_texts(*store, 0, 2000);
  std::atomic<bool> over = false;
  std::atomic<int> written = 2000;
  std::thread writer([&] {
    for (; !over; ++written) keep_texts(*store, written, 1);
  });
  const int before = written;
  files.back_up();
  over = true;
  writer.join();
  CHECK(written > before);
  const auto files_before = files.count_files();
  const auto facts = examine_sqlite_copy(files.copy());
  CHECK(files.count_files() == files_before);
  CHECK(facts.damage.empty());
  CHECK(facts.key_check == "k");
  const auto copied = open_sqlite_store(files.copy(), noon).store;
  for (int i = 0; i < before; ++i) REQUIRE(knows_text(*copied, i));
  CHECK(copied->verify_integrity().empty());
}

TEST_CASE("what was erased before is in no byte of a copy, also when its log has it still") {
  TwoFiles files;
  const auto store = files.open();
  store->write([](Transaction& transaction) { transaction.put_meta("a", "unforgettable@example.org"); });
  store->write([](Transaction& transaction) { transaction.put_meta("a", "b"); });
  CHECK(content_of(files.database().string() + "-wal").find("unforgettable") != std::string::npos);
  files.back_up();
  CHECK(content_of(files.copy()).find("unforgettable") == std::string::npos);
}

TEST_CASE("a copy takes the database's place with all it has, also while others have it open") {
  TwoFiles files;
  const auto store = files.open();
  keep_texts(*store, 0, 300);
  files.back_up();
  keep_texts(*store, 300, 1500);
  files.put_back();
  CHECK(knows_text(*store, 299));
  CHECK_FALSE(knows_text(*store, 300));
  keep_texts(*store, 5000, 1);
  CHECK(knows_text(*store, 5000));
  CHECK(store->purge_deleted());
  CHECK(store->verify_integrity().empty());
  CHECK(content_of(files.database()).find("text number 1700") == std::string::npos);
}

TEST_CASE("a database that cannot be read at all, or is not there, is replaced too") {
  TwoFiles files;
  keep_texts(*files.open(), 0, 10);
  files.back_up();
  std::ofstream(files.database(), std::ios::binary) << std::string(20'000, 'x');
  std::ofstream(files.database().string() + "-wal") << "of another database";
  files.put_back();
  CHECK(knows_text(*files.open(), 9));
  std::filesystem::remove(files.database());
  files.put_back();
  CHECK(knows_text(*files.open(), 9));
  CHECK(std::filesystem::status(files.database()).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("what is no whole copy of one of our databases is refused, and left as it was") {
  TwoFiles files;
  keep_texts(*files.open(), 0, 500);
  CHECK(files.refusal().find("not a file with a database") != std::string::npos);
  files.back_up();
  const auto good = content_of(files.copy());
  const auto spoil = [&](const std::string& bytes) {
    std::ofstream(files.copy(), std::ios::binary) << bytes;
  };
  spoil("");
  CHECK(files.refusal().find("not a file with a database") != std::string::npos);
  const auto is_found = [&] {
    return !files.refusal().empty() || !examine_sqlite_copy(files.copy()).damage.empty();
  };
  for (const auto* text :
       {"short", "Dear diary, today I was put where a database should be, which is a pity."}) {
    spoil(text);
    CHECK(is_found());
  }
  spoil(good.substr(0, good.size() / 2));
  CHECK(is_found());
  auto damaged = good;
  damaged.replace(damaged.size() / 2, 3000, 3000, '\xAA');
  spoil(damaged);
  CHECK(is_found());
  CHECK(content_of(files.copy()) == damaged);
  spoil(good);
  CHECK(files.refusal().empty());
  std::ofstream(files.copy().string() + "-wal") << "x";
  CHECK(files.refusal().find("-wal") != std::string::npos);
}

TEST_CASE("a copy from another program or a newer version is refused") {
  TwoFiles files;
  files.open();
  files.back_up();
  SQLite::Database(files.copy().string(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO schema_migration VALUES (99, '0099_from_tomorrow', 'x', 0)");
  CHECK(files.refusal().find("newer optledger") != std::string::npos);
  std::filesystem::remove(files.copy());
  SQLite::Database(files.copy().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE t (a)");
  CHECK(files.refusal().find("none of optledger's") != std::string::npos);
}
