#include "service/store/sqlite/connection.hpp"

#include "service/store/queries.hpp"
#include "service/store/sqlite/clean_vfs.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace optledger::sqlite {
namespace {

constexpr int busy_timeout_ms = 5000;

struct Setting {
  const char* pragma;
  const char* value;     // what is set
  const char* expected;  // what must be read back
};

// Why each: WAL and FULL make an answered commit durable; secure_delete overwrites what is deleted;
// foreign_keys and cell_size_check catch mistakes and damage; trusted_schema=0 and defensive mode keep a
// hand-edited schema from running code or bypassing checks.
constexpr Setting settings[] = {
    {"synchronous", "FULL", "2"},     {"secure_delete", "ON", "1"},       {"foreign_keys", "ON", "1"},
    {"trusted_schema", "OFF", "0"},   {"cell_size_check", "ON", "1"},     {"temp_store", "MEMORY", "2"},
    {"wal_autocheckpoint", "0", "0"}, {"cache_size", "-16000", "-16000"},
};

void require(SQLite::Database& database, const std::string& pragma, const std::string& expected) {
  const auto actual = database.execAndGet("PRAGMA " + pragma).getString();
  if (actual != expected) {
    throw std::runtime_error(
        fmt::format("SQLite refuses the setting {}={} (it says {}); this database cannot be used safely",
                    pragma, expected, actual));
  }
}

void apply_settings(SQLite::Database& database, Access access) {
  if (access == Access::write) {
    const auto mode = database.execAndGet("PRAGMA journal_mode=WAL").getString();
    if (mode != "wal")
      throw std::runtime_error("SQLite cannot use write-ahead logging here (a network drive?)");
  }
  require(database, "journal_mode", "wal");
  for (const auto& setting : settings) {
    // Setting some pragmas answers with a row, which exec() accepts and drops.
    sqlite3_exec(database.getHandle(), fmt::format("PRAGMA {}={}", setting.pragma, setting.value).c_str(),
                 nullptr, nullptr, nullptr);
    require(database, setting.pragma, setting.expected);
  }
  if (access == Access::read_only) database.exec("PRAGMA query_only=ON");
  int defensive = 0;
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive);
  if (defensive != 1) throw std::runtime_error("SQLite refuses its defensive mode");
}

// SQLite's count of its own memory is one lock that every allocation of every thread would take.
void configure_library() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (done != SQLITE_OK) throw std::runtime_error("SQLite was used before it was configured");
}

}  // namespace

SQLite::Database open_database(const std::filesystem::path& file, Access access) {
  configure_library();
  // One thread at a time, so SQLite need not lock the connection at every call.
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, busy_timeout_ms,
                            clean_vfs());
  sqlite3_extended_result_codes(database.getHandle(), 1);
  apply_settings(database, access);
  return database;
}

SQLite::Database open_copy(const std::filesystem::path& file) {
  configure_library();
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    uri += c == '%' || c == '?' || c == '#' ? fmt::format("%{:02X}", c) : std::string(1, c);
  }
  SQLite::Database database(uri + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  for (const char* setting : {"trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"}) {
    sqlite3_exec(database.getHandle(), fmt::format("PRAGMA {}", setting).c_str(), nullptr, nullptr, nullptr);
  }
  return database;
}

Run::~Run() {
  statement_.tryReset();
  statement_.clearBindings();
}

std::optional<std::string> Run::optional_text(int column) const {
  if (statement_.isColumnNull(column)) return std::nullopt;
  return text(column);
}

std::optional<Instant> Run::optional_instant(int column) const {
  if (statement_.isColumnNull(column)) return std::nullopt;
  return instant(column);
}

void Connection::exec(const char* sql) {
  auto found = statements_.find(std::string_view(sql));
  if (found == statements_.end()) found = statements_.emplace(sql, SQLite::Statement(database_, sql)).first;
  Run(found->second).step();
}

SQLite::Statement& Connection::statement(std::string_view query_name) {
  const auto found = statements_.find(query_name);
  if (found != statements_.end()) return found->second;
  const std::string sql(query(query_name));
  return statements_.emplace(std::string(query_name), SQLite::Statement(database_, sql)).first->second;
}

}  // namespace optledger::sqlite
