#include "service/store/sqlite/migrate.hpp"

#include "lib/base/hash.hpp"

#include <fmt/format.h>

#include "embedded/sql.hpp"

namespace optledger::sqlite {
namespace {

struct Migration {
  int number;
  std::string name;  // "0001_main_job"
  std::string sql;
};

std::vector<Migration> known_migrations() {
  constexpr std::string_view folder = "sqlite/";
  std::vector<Migration> migrations;
  for (const auto& file : sql::files()) {  // sorted by path
    if (!file.path.starts_with(folder)) continue;
    const auto name =
        file.path.substr(folder.size(), file.path.size() - folder.size() - std::string_view(".sql").size());
    migrations.push_back(
        {std::stoi(std::string(name.substr(0, 4))), std::string(name), std::string(file.text)});
    if (migrations.back().number != static_cast<int>(migrations.size())) {
      throw std::logic_error("sql/sqlite has a gap before " + std::string(name));
    }
  }
  return migrations;
}

std::string hash_of(const Migration& migration) { return to_hex(sha256(migration.sql)); }

// How many of the known migrations the database already has.
std::size_t verify_applied(SQLite::Database& database, const std::vector<Migration>& known) {
  SQLite::Statement rows(database, "SELECT number, name, sha256 FROM schema_migration ORDER BY number");
  std::size_t applied = 0;
  for (; rows.executeStep(); ++applied) {
    const std::string name = rows.getColumn(1).getString();
    if (applied >= known.size()) {
      throw SchemaUnknown(fmt::format(
          "the database was made by a newer optledger (it has the migration {}): use that version or newer",
          name));
    }
    if (rows.getColumn(2).getString() != hash_of(known[applied])) {
      throw SchemaUnknown(fmt::format(
          "the database has another migration {} than this program: it is not safe to use", name));
    }
  }
  return applied;
}

void apply(SQLite::Database& database, const Migration& migration, Instant now) {
  database.exec(migration.sql);
  SQLite::Statement row(
      database, "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)");
  row.bind(1, migration.number);
  row.bind(2, migration.name);
  row.bind(3, hash_of(migration));
  row.bind(4, to_millis(now));
  row.exec();
}

}  // namespace

void require_known_schema(SQLite::Database& database) {
  if (!database.tableExists("schema_migration") || verify_applied(database, known_migrations()) == 0) {
    throw SchemaUnknown("it is a database, but none of optledger's");
  }
}

std::vector<std::string> migrate(SQLite::Database& database, Instant now) {
  const auto known = known_migrations();
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  database.exec(
      "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
      " sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
  std::vector<std::string> names;
  for (auto next = verify_applied(database, known); next < known.size(); ++next) {
    apply(database, known[next], now);
    names.push_back(known[next].name);
  }
  transaction.commit();
  return names;
}

}  // namespace optledger::sqlite
