// One SQLite connection with the settings that durability and deletion depend on, all read back, and its
// prepared statements. Used by one thread at a time.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace optledger::sqlite {

enum class Access { write, read_only };

// Throws std::runtime_error when a setting does not hold: such a database must not be trusted with evidence.
SQLite::Database open_database(const std::filesystem::path& file, Access access);

// A file that nobody uses and that must stay as it is: no lock, no log, no other file beside it.
SQLite::Database open_copy(const std::filesystem::path& file);

// One run of a prepared statement: bound by position, stepped, reset when it goes.
class Run {
 public:
  explicit Run(SQLite::Statement& statement) : statement_(statement) {}
  ~Run();
  Run(Run&& other) = delete;

  template <typename... Values>
  void bind(Values&&... values) {
    static_assert((!is_passing_string<Values> && ...), "a bound string must outlive its run");
    int position = 0;
    (bind_one(++position, values), ...);
  }

  bool step() { return statement_.executeStep(); }
  int exec() {
    statement_.executeStep();
    return statement_.getChanges();
  }

  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  Instant instant(int column) const { return from_millis(integer(column)); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  std::optional<std::string> optional_text(int column) const;
  std::optional<Instant> optional_instant(int column) const;
  template <typename Bytes>
  std::optional<Bytes> optional_bytes(int column) const {
    return statement_.getColumn(column).isNull() ? std::nullopt : std::optional(bytes<Bytes>(column));
  }
  template <typename Bytes>
  Bytes bytes(int column) const {
    const auto value = statement_.getColumn(column);
    Bytes result{};
    const auto size = static_cast<std::size_t>(value.getBytes());
    if (size != result.size()) throw std::runtime_error("the database holds a value of the wrong length");
    std::copy_n(static_cast<const std::uint8_t*>(value.getBlob()), size, result.begin());
    return result;
  }

 private:
  template <typename Value>
  static constexpr bool is_passing_string =
      std::is_same_v<Value, std::string> || std::is_same_v<Value, std::optional<std::string>>;

  // Not copied where SQLite can read the caller's bytes: every bound value outlives its run.
  void bind_one(int position, const std::string& text) { statement_.bindNoCopy(position, text); }
  void bind_one(int position, std::string_view text) { statement_.bind(position, std::string(text)); }
  void bind_one(int position, std::int64_t value) { statement_.bind(position, value); }
  void bind_one(int position, int value) { statement_.bind(position, value); }
  void bind_one(int position, Instant value) { statement_.bind(position, to_millis(value)); }
  template <std::size_t N>
  void bind_one(int position, const std::array<std::uint8_t, N>& value) {
    statement_.bindNoCopy(position, value.data(), static_cast<int>(N));
  }
  template <typename Value>
  void bind_one(int position, const std::optional<Value>& value) {
    if (value) {
      bind_one(position, *value);
    } else {
      statement_.bind(position);
    }
  }

  SQLite::Statement& statement_;
};

class Connection {
 public:
  Connection(const std::filesystem::path& file, Access access) : database_(open_database(file, access)) {}

  // Binds by position and does not step. Only one run of a query may be alive at a time.
  SQLite::Statement& statement(std::string_view query_name);
  // BEGIN, SAVEPOINT and the like: prepared once too, since a group commit runs them for every transaction.
  void exec(const char* sql);
  SQLite::Database& database() { return database_; }

 private:
  SQLite::Database database_;
  std::map<std::string, SQLite::Statement, std::less<>> statements_;
};

}  // namespace optledger::sqlite
