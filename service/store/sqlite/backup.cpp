#include "service/store/sqlite/backup.hpp"

#include "service/store/durable_file.hpp"
#include "service/store/queries.hpp"
#include "service/store/sqlite/clean_vfs.hpp"
#include "service/store/sqlite/connection.hpp"
#include "service/store/sqlite/integrity.hpp"
#include "service/store/sqlite/migrate.hpp"
#include "service/store/store.hpp"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>

namespace optledger {
namespace {

using std::filesystem::path;

constexpr int pages_at_once = 1024;

path unfinished(const path& database) { return database.string() + "-restoring"; }

[[noreturn]] void fail(const char* verb, const path& file, const SQLite::Exception& exception) {
  const auto line = fmt::format("cannot {} {}: {}", verb, file.string(), exception.what());
  if (exception.getErrorCode() == SQLITE_BUSY || exception.getErrorCode() == SQLITE_LOCKED) {
    throw StoreUnavailable(line);
  }
  throw std::runtime_error(line);
}

void copy_pages(SQLite::Database& from, SQLite::Database& to, const PagesCopied& copied) {
  // One view for all of it. Without it every commit of another process would start the copy anew.
  SQLite::Transaction view(from);
  from.execAndGet("SELECT COUNT(*) FROM schema_migration");
  SQLite::Backup backup(to, from);
  for (int code = SQLITE_OK; code != SQLITE_DONE;) {
    code = backup.executeStep(pages_at_once);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw SQLite::Exception(to.getHandle(), code);
    const auto whole = backup.getTotalPageCount();
    copied(static_cast<std::uint64_t>(whole - backup.getRemainingPageCount()),
           static_cast<std::uint64_t>(whole));
  }
}

// Whatever is read of a database without its log may be half of a change.
void require_no_log(const path& copy) {
  std::error_code missing;
  const path log = copy.string() + "-wal";
  if (std::filesystem::file_size(log, missing) > 0 && !missing) {
    throw std::runtime_error(fmt::format(
        "{} is not whole without {}: it was copied from a running database; use what "
        "`optledger backup` made, or fold the log in: sqlite3 {} 'PRAGMA wal_checkpoint(TRUNCATE)'",
        copy.string(), log.string(), copy.string()));
  }
}

std::optional<std::string> meta_in(SQLite::Database& database, const char* name) {
  SQLite::Statement row(database, std::string(query("meta_value")));
  row.bind(1, name);
  return row.executeStep() ? std::optional(row.getColumn(0).getString()) : std::nullopt;
}

void overwrite(const path& database, const path& copy, const PagesCopied& copied) {
  auto from = sqlite::open_copy(copy);
  auto to = sqlite::open_database(database, sqlite::Access::write);
  copy_pages(from, to, copied);
}

void write_file(SQLite::Database& from, const path& file, const PagesCopied& copied) {
  {
    SQLite::Database to(file.string(), SQLite::OPEN_READWRITE, 0, sqlite::clean_vfs());
    copy_pages(from, to, copied);
  }
  sync_file(file);
}

void replace_file(const path& database, const path& copy, const PagesCopied& copied) {
  const auto draft = unfinished(database);
  {
    const Descriptor empty(draft, O_WRONLY | O_CREAT | O_TRUNC);
  }
  auto from = sqlite::open_copy(copy);
  write_file(from, draft, copied);
  // The log first: it belongs to the old file, and SQLite would put it into the new one.
  for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(database.string() + rest);
  sync_folder_of(database);
  std::filesystem::rename(draft, database);
  sync_folder_of(database);
}

}  // namespace

void copy_sqlite_database(const path& database, const path& copy, const PagesCopied& copied) {
  try {
    auto from = sqlite::open_database(database, sqlite::Access::read_only);
    write_file(from, copy, copied);
  } catch (const SQLite::Exception& exception) {
    fail("write the copy", copy, exception);
  }
}

CopyFacts examine_sqlite_copy(const path& copy) {
  if (!std::filesystem::is_regular_file(copy) || std::filesystem::file_size(copy) == 0) {
    throw std::runtime_error(fmt::format("{} is not a file with a database in it", copy.string()));
  }
  require_no_log(copy);
  try {
    auto database = sqlite::open_copy(copy);
    CopyFacts facts{sqlite::find_damage(database), {}, {}, 0};
    if (!facts.damage.empty()) return facts;
    sqlite::require_known_schema(database);
    facts.key_check = meta_in(database, "key_check");
    facts.ledger_vkey = meta_in(database, "ledger_vkey");
    facts.ledger_size = database.execAndGet(std::string(query("count_ledger_entries"))).getInt64();
    return facts;
  } catch (const SQLite::Exception& exception) {
    fail("read", copy, exception);
  } catch (const sqlite::SchemaUnknown& unknown) {
    throw std::runtime_error(fmt::format("{}: {}", copy.string(), unknown.what()));
  }
}

void read_entries_of_copy(const path& copy, const std::function<void(const Digest&)>& take) {
  try {
    auto database = sqlite::open_copy(copy);
    SQLite::Statement rows(database, std::string(query("entries_from")));
    rows.bind(1, 0);
    rows.bind(2, -1);
    while (rows.executeStep()) {
      const auto entry = rows.getColumn(1);
      Digest digest{};
      if (static_cast<std::size_t>(entry.getBytes()) != digest.size()) {
        throw std::runtime_error(fmt::format("{} has a ledger entry of a wrong length", copy.string()));
      }
      std::copy_n(static_cast<const std::uint8_t*>(entry.getBlob()), digest.size(), digest.begin());
      take(digest);
    }
  } catch (const SQLite::Exception& exception) {
    fail("read", copy, exception);
  }
}

void replace_sqlite_database(const path& database, const path& copy, const PagesCopied& copied) {
  try {
    if (!std::filesystem::exists(database)) return replace_file(database, copy, copied);
    overwrite(database, copy, copied);
  } catch (const SQLite::Exception& exception) {
    const int code = exception.getErrorCode();
    if (code != SQLITE_NOTADB && code != SQLITE_CORRUPT) fail("replace", database, exception);
    replace_file(database, copy, copied);
  }
}

void remove_unfinished_copy(const path& database) {
  for (const char* rest : {"", "-journal"}) std::filesystem::remove(unfinished(database).string() + rest);
}

}  // namespace optledger
