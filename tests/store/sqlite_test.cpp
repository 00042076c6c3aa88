// What only SQLite needs: settings, file modes, migrations, damage, traces on disk.
#include "lib/base/hash.hpp"
#include "service/store/sqlite/connection.hpp"
#include "service/store/sqlite/migrate.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

using namespace optledger;

namespace {

std::string bytes_of(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

int mode_of(const std::filesystem::path& file) {
  struct stat status{};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return static_cast<int>(status.st_mode & 0777);
}

std::string failure_of(const std::filesystem::path& file) {
  try {
    open_sqlite_store(file, noon);
  } catch (const std::exception& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the settings that durability and deletion depend on hold on every connection") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  open_sqlite_store(file, noon);
  for (const auto access : {sqlite::Access::write, sqlite::Access::read_only}) {
    auto database = sqlite::open_database(file, access);
    const auto value = [&](const char* pragma) {
      return database.execAndGet(std::string("PRAGMA ") + pragma).getString();
    };
    CHECK(value("journal_mode") == "wal");
    CHECK(value("synchronous") == "2");
    CHECK(value("secure_delete") == "1");
    CHECK(value("foreign_keys") == "1");
    CHECK(value("trusted_schema") == "0");
    CHECK(value("cell_size_check") == "1");
  }
  auto reader = sqlite::open_database(file, sqlite::Access::read_only);
  CHECK_THROWS(reader.exec("DELETE FROM signup"));
}

TEST_CASE("folder and files are for their owner alone") {
  TemporaryFolder folder;
  const auto file = folder.path() / "state" / "test.db";
  const auto store = open_sqlite_store(file, noon).store;
  store->write([](Transaction& transaction) { transaction.keep_meta("a", "b"); });
  CHECK(mode_of(folder.path() / "state") == 0700);
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(file.string() + "-wal") == 0600);
  CHECK(mode_of(file.string() + "-shm") == 0600);
}

TEST_CASE("migrations run once and are checked by hash") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  CHECK_FALSE(open_sqlite_store(file, noon).migrations.empty());
  CHECK(open_sqlite_store(file, noon).migrations.empty());
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE schema_migration SET sha256 = 'x' WHERE number = 1");
  CHECK(failure_of(file).find("0001_main_job") != std::string::npos);
}

TEST_CASE("a database of a newer program is refused by name") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  open_sqlite_store(file, noon);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO schema_migration VALUES (99, '0099_from_tomorrow', 'x', 0)");
  CHECK(failure_of(file).find("newer optledger") != std::string::npos);
  CHECK(failure_of(file).find("0099_from_tomorrow") != std::string::npos);
}

TEST_CASE("a file that is no database, and a damaged one, are refused with the file's name") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  std::ofstream(file) << "this is a shopping list, not a database, and long enough to be read as one";
  CHECK(failure_of(file).find("test.db") != std::string::npos);
}

TEST_CASE("damage inside a database is found by the integrity check") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  {
    const auto store = open_sqlite_store(file, noon).store;
    for (int i = 0; i < 500; ++i) {
      const auto text = "document " + std::to_string(i);
      store->write([&](Transaction& transaction) { transaction.keep_document(sha256(text), text); });
    }
    REQUIRE(store->purge_deleted());
  }
  std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file)) - 3000);
  damaged << std::string(2000, '\xAA');
  damaged.close();
  CHECK_FALSE(open_sqlite_store(file, noon).store->verify_integrity().empty());
}

TEST_CASE("after an erasure and the purge no byte of the address is left in any file") {
  TemporaryFolder folder;
  const auto store = open_sqlite_store(folder.path() / "test.db", noon).store;
  const Id id{1};
  store->write([&](Transaction& transaction) {
    transaction.keep_document(sha256("t"), "t");
    transaction.apply(
        {InsertSignup{{.id = id,
                       .list = "news",
                       .fingerprint = {},
                       .address = EmailAddress::parse("unforgettable@example.org").value(),
                       .name = "Unforgettable Name",
                       .locale = "de",
                       .letter = LetterBasis{sha256("t"), sha256("t")},
                       .state = SignupState::pending,
                       .requested_at = noon,
                       .expires_at = noon}},
         AppendRecord{
             {RecordKind::signup_requested, noon, "unforgettable@example.org", "news", {}, Json::object()},
             {},
             id}});
  });
  CHECK(bytes_of(folder.path()).find("unforgettable") != std::string::npos);
  store->write([&](Transaction& transaction) { transaction.apply({EraseSignup{id}}); });
  REQUIRE(store->purge_deleted());
  CHECK(bytes_of(folder.path()).find("nforgettable") == std::string::npos);
}

TEST_CASE("only one serve holds a database") {
  TemporaryFolder folder;
  const ServeLock first(folder.path() / "test.db");
  CHECK_THROWS_WITH_AS(ServeLock(folder.path() / "test.db"),
                       doctest::Contains("another optledger already serves"), std::runtime_error);
}

TEST_CASE("under a long burst the write-ahead log is started anew instead of growing for ever") {
  TemporaryFolder folder;
  const auto file = folder.path() / "test.db";
  const auto store = open_sqlite_store(file, noon).store;
  const std::string large(200'000, 'x');
  for (int i = 0; i < 1000; ++i) {
    const auto text = large + std::to_string(i);
    store->write([&](Transaction& transaction) { transaction.keep_document(sha256(text), text); });
  }
  CHECK(std::filesystem::file_size(file.string() + "-wal") < 150'000'000);
}
