// Whoever edits the database by hand is found out: every value of every row of the tables that hold evidence
// is changed, emptied and exchanged with its neighbour's, every row deleted and put in twice, the tail cut,
// an old copy put back. What no record can tell stands here by name, with its reason.
#include "lib/base/hash.hpp"
#include "service/flows/grow_ledger.hpp"
#include "service/flows/keep_departures.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/flows/verifying.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>

using namespace optledger;
using namespace optledger::test;
using namespace std::chrono_literals;

namespace {

using std::filesystem::copy_options;
using std::filesystem::path;

const std::vector<std::string> tables = {"ledger_entry", "record",      "signup",
                                         "subscription", "suppression", "restriction",
                                         "document",     "wording",     "erasure_receipt"};

// What follows from no record, of which rows, and why. Anything else must be noticed.
struct Untold {
  const char* what;  // a column, or a table for rows as a whole
  const char* where;
  const char* why;
};
constexpr Untold untold[] = {
    {"signup", "state = 'cancelled'",
     "emptied of the person: nothing is left but that no new letter goes out at once"},
    {"signup.name", "1",
     "stands in no record: nothing was consented to with it, and the person may correct it"},
    {"signup.nonce", "basis <> 'double_opt_in'", "no letter went out, so no link was made of it"},
    {"signup.expires_at", "basis = 'double_opt_in'",
     "the letter names it, see below; within the longest life of a link"},
    {"subscription.nonce", "1", "an unsubscribe link is known by its hash only once it was used"},
    {"suppression.noted", "1", "the product's own bookkeeping; noted again, it is compared again"},
    {"erasure_receipt.noted", "1", "the same"},
    {"erasure_receipt.receipt_id", "1", "a number of no meaning"},
    {"wording", "list = 'offers'", "no record names it: nobody has seen it"},
    {"wording.language", "1", "a record names its wording by hash and list"},
    {"wording.first_used_at", "1", "a record says when it was used"},
};

// People in every state, and what is known about people who are gone.
class Installation {
 public:
  Installation() {
    subscribe("anna@letters.example");
    stage_.unsubscribe(subscribe("bert@letters.example"));
    stage_.permit("carl@letters.example", "news");
    subscribe("dora@letters.example");
    stage_.end(SuppressionKind::blocked, "dora@letters.example", "news");
    subscribe("emil@letters.example");
    restrict("emil@letters.example");
    subscribe("fritz@letters.example");
    stage_.erase("fritz@letters.example", std::nullopt, true);
    copy_database("old.db");
    stage_.sign_up("gerd@letters.example", "news");
    send();
    pass(25h);
    stage_.sign_up("gerd@letters.example", "news");
    stage_.cancel(token_for("hans@letters.example"), false);
    subscribe("ida@letters.example");
    stage_.end(SuppressionKind::blocked, "ida@letters.example", std::nullopt);
    stage_.unblock("ida@letters.example", std::nullopt);
    stage_.import(SuppressionKind::unsubscribed, "nobody@letters.example", "news", stage_.clock.now() - 24h);
    keep_departures(journal_beside(stage_.database()), {}, stage_.store(), stage_.clock, entropy_);
    grow_ledger_wholly(ledger_beside(stage_.database()), stage_.store());
    copy_database("tampered.db");
  }

  path original() const { return stage_.folder() / "tampered.db"; }
  path old_copy() const { return stage_.folder() / "old.db"; }
  const path& mirror() const { return mirror_; }

  // What `ledger verify` says about this database in the place of ours.
  std::optional<std::string> difference_in(const path& database) {
    const auto store = open_sqlite_store(database, stage_.clock.now()).store;
    return verify(stage_.database(), *store, stage_.clock).difference;
  }

  std::optional<std::string> after(const std::function<void(SQLite::Database&)>& tamper) {
    const auto file = stage_.folder() / "case.db";
    std::filesystem::copy_file(original(), file, copy_options::overwrite_existing);
    for (const auto* suffix : {"-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
    {
      SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
      database.exec("PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1; PRAGMA synchronous = 0");
      tamper(database);
    }
    return difference_in(file);
  }

 private:
  void pass(Duration time) { stage_.clock.set(stage_.clock.now() + time); }
  std::string send() {
    std::string token;
    for (const auto& letter : stage_.claim()) {
      stage_.record(letter, DeliveryOutcome::accepted);
      token = letter.token;
    }
    return token;
  }
  std::string token_for(const std::string& email) {
    pass(1min);
    stage_.sign_up(email, "news");
    return send();
  }
  std::string subscribe(const std::string& email) {
    const auto confirmed = stage_.confirm(token_for(email));
    pass(1min);
    return Stage::unsubscribe_token(confirmed.subscription.value());
  }
  void restrict(const std::string& email) {
    stage_.ask(email);
    stage_.exercise(send(), PrivacyRight::restriction, false);
  }
  void copy_database(const char* name) {
    SQLite::Database(stage_.database().string(), SQLite::OPEN_READONLY)
        .exec("VACUUM INTO '" + (stage_.folder() / name).string() + "'");
  }

  CountingEntropy entropy_;
  Stage stage_{parse_rfc3339("2028-02-25T12:00:00.000Z").value(), {}};
  path mirror_ = ledger_beside(stage_.database()).mirror.folder();
};

Installation& installation() {
  static Installation made;
  return made;
}

struct Column {
  std::string table;
  std::string name;
  std::string type;
  std::string full_name() const { return table + "." + name; }
};

std::vector<Column> columns_of(const std::string& table) {
  SQLite::Database database(installation().original().string());
  SQLite::Statement info(database, "PRAGMA table_info(" + table + ")");
  std::vector<Column> columns;
  while (info.executeStep())
    columns.push_back({table, info.getColumn(1).getString(), info.getColumn(2).getString()});
  return columns;
}

int rows_of(const std::string& table) {
  SQLite::Database database(installation().original().string());
  return database.execAndGet("SELECT COUNT(*) FROM " + table).getInt();
}

// One row by its place in the table's own order; by key, since some tables have no rowid.
std::string row_number(const std::string& table, int row) {
  const auto key = columns_of(table);
  std::string names;
  for (const auto& column : key) names += (names.empty() ? "" : ", ") + column.name;
  std::string where;
  for (const auto& column : key) {
    where += fmt::format("{}{} IS (SELECT {} FROM {} ORDER BY {} LIMIT 1 OFFSET {})",
                         where.empty() ? "" : " AND ", column.name, column.name, table, names, row);
  }
  return where;
}

bool is_untold(const std::string& table, const std::string& what, int row) {
  SQLite::Database database(installation().original().string());
  return std::any_of(std::begin(untold), std::end(untold), [&](const Untold& one) {
    if (one.what != what && one.what != table) return false;
    return database
               .execAndGet(fmt::format("SELECT COUNT(*) FROM {} WHERE ({}) AND ({})", table,
                                       row_number(table, row), one.where))
               .getInt() > 0;
  });
}

// Values of the wrong kind of their own.
std::vector<std::string> changed(const Column& column) {
  if (column.type == "INTEGER") return {column.name + " + 1", column.name + " - 1", "NULL", "7"};
  if (column.type == "BLOB") return {"zeroblob(length(" + column.name + "))", "NULL", "randomblob(32)"};
  return {column.name + " || 'x'", "NULL", "''", "upper(" + column.name + ")"};
}

// What a hand at the database could do and was not found out for.
class Unnoticed {
 public:
  void expect(const std::string& deed, const std::function<int(SQLite::Database&)>& tamper) {
    int done = 0;
    std::optional<std::string> difference;
    try {
      difference = installation().after([&](SQLite::Database& database) { done = tamper(database); });
    } catch (const SQLite::Exception&) {
      return;  // SQLite itself does not let it happen
    } catch (const std::exception& fault) {
      difference = fault.what();  // not even opened
    }
    if (done == 0) return;
    ++tried_;
    if (!difference) deeds_.insert(deed);
  }
  void check() const {
    CHECK(tried_ > 0);
    for (const auto& deed : deeds_) FAIL_CHECK("nobody notices: ", deed);
  }

 private:
  std::set<std::string> deeds_;
  int tried_ = 0;
};

}  // namespace

TEST_CASE("an installation that nobody touched has nothing to be said about") {
  CHECK(installation().difference_in(installation().original()).value_or("") == "");
  for (const auto& table : tables) {
    CAPTURE(table);
    CHECK(rows_of(table) > 0);
  }
}

TEST_CASE("whoever changes a value in a table of evidence is found out") {
  Unnoticed unnoticed;
  for (const auto& table : tables) {
    for (int row = 0; row < rows_of(table); ++row) {
      for (const auto& column : columns_of(table)) {
        if (is_untold(table, column.full_name(), row)) continue;
        for (const auto& value : changed(column)) {
          const auto update = fmt::format("UPDATE {} SET {} = {} WHERE {} AND {} IS NOT {}", table,
                                          column.name, value, row_number(table, row), column.name, value);
          unnoticed.expect(fmt::format("{} = {} in row {}", column.full_name(), value, row),
                           [&](SQLite::Database& database) { return database.exec(update); });
        }
      }
    }
  }
  unnoticed.check();
}

TEST_CASE("whoever exchanges values of two rows is found out") {
  Unnoticed unnoticed;
  for (const auto& table : tables) {
    for (int row = 1; row < rows_of(table); ++row) {
      for (const auto& column : columns_of(table)) {
        if (is_untold(table, column.full_name(), row) || is_untold(table, column.full_name(), row - 1))
          continue;
        const auto first = row_number(table, row - 1);
        const auto second = row_number(table, row);
        unnoticed.expect(
            fmt::format("{} of rows {} and {}", column.full_name(), row - 1, row),
            [&](SQLite::Database& database) {
              database.exec(
                  fmt::format("CREATE TEMP TABLE kept AS SELECT {0} AS one, (SELECT {0} FROM {1} "
                              "WHERE {3}) AS other FROM {1} WHERE {2}",
                              column.name, table, first, second));
              if (database.execAndGet("SELECT one IS other FROM kept").getInt() != 0) return 0;
              return database.exec(fmt::format(
                  "UPDATE {1} SET {0} = CASE WHEN {2} THEN (SELECT other FROM kept) ELSE (SELECT one FROM "
                  "kept) END WHERE ({2}) OR ({3})",
                  column.name, table, first, second));
            });
      }
    }
  }
  unnoticed.check();
}

TEST_CASE("whoever deletes a row is found out") {
  Unnoticed unnoticed;
  for (const auto& table : tables) {
    for (int row = 0; row < rows_of(table); ++row) {
      if (is_untold(table, table, row)) continue;
      unnoticed.expect(fmt::format("row {} of {} is gone", row, table), [&](SQLite::Database& database) {
        return database.exec("DELETE FROM " + table + " WHERE " + row_number(table, row));
      });
    }
  }
  unnoticed.check();
}

TEST_CASE("whoever deletes a person's evidence with everything that refers to it is found out") {
  Unnoticed unnoticed;
  for (int row = 0; row < rows_of("signup"); ++row) {
    unnoticed.expect(fmt::format("signup {} is gone", row), [&](SQLite::Database& database) {
      const auto id = "(SELECT signup_id FROM signup WHERE " + row_number("signup", row) + ")";
      const auto records = database.exec("DELETE FROM record WHERE signup_id = " + id);
      database.exec("DELETE FROM subscription WHERE signup_id = " + id);
      database.exec("DELETE FROM signup WHERE signup_id = " + id);
      return records;
    });
  }
  unnoticed.check();
}

TEST_CASE("whoever puts a row in twice, under another key, is found out") {
  Unnoticed unnoticed;
  const std::map<std::string, std::vector<std::string>> keys = {
      {"ledger_entry", {"leaf_index"}},   {"record", {"leaf_index"}},
      {"signup", {"nonce", "signup_id"}}, {"subscription", {"list", "nonce"}},
      {"suppression", {"fingerprint"}},   {"restriction", {"fingerprint"}},
      {"document", {"sha256"}},           {"erasure_receipt", {"receipt_id"}}};
  for (const auto& [table, key] : keys) {
    for (int row = 0; row < rows_of(table); ++row) {
      std::string names;
      std::string values;
      for (const auto& column : columns_of(table)) {
        const bool is_key = std::find(key.begin(), key.end(), column.name) != key.end();
        names += (names.empty() ? "" : ", ") + column.name;
        values += values.empty() ? "" : ", ";
        if (!is_key) values += column.name;
        if (is_key && column.type == "INTEGER")
          values += "(SELECT MAX(" + column.name + ") + 1 FROM " + table + ")";
        if (is_key && column.type == "TEXT") values += column.name + " || 'x'";
        if (is_key && column.type == "BLOB") values += "randomblob(length(" + column.name + "))";
      }
      if (is_untold(table, table, row)) continue;
      if (table == "restriction") continue;  // of somebody of whom nothing is held: about nobody
      unnoticed.expect(
          fmt::format("row {} of {} is there twice", row, table), [&](SQLite::Database& database) {
            return database.exec(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {} WHERE {}", table, names,
                                             values, table, row_number(table, row)));
          });
    }
  }
  unnoticed.check();
}

TEST_CASE(
    "whoever puts a false record in the place of a true one, with the entry that fits it, is found out") {
  const auto difference = installation().after([](SQLite::Database& database) {
    SQLite::Statement record(database,
                             "SELECT leaf_index, body FROM record WHERE body LIKE '%\"confirmed\"%' LIMIT 1");
    REQUIRE(record.executeStep());
    auto body = record.getColumn(1).getString();
    body.replace(body.find("2028"), 4, "2027");
    const auto salt = sha256("a fresh salt");
    const auto entry = sha256(std::string(as_chars(salt)) + body);
    SQLite::Statement change(database, "UPDATE record SET salt = ?, body = ? WHERE leaf_index = ?");
    change.bind(1, salt.data(), 32);
    change.bind(2, body);
    change.bind(3, record.getColumn(0).getInt64());
    change.exec();
    SQLite::Statement commit(database, "UPDATE ledger_entry SET entry = ? WHERE leaf_index = ?");
    commit.bind(1, entry.data(), 32);
    commit.bind(2, record.getColumn(0).getInt64());
    commit.exec();
  });
  REQUIRE(difference);
  CHECK(difference->find("is not the one that was published") != std::string::npos);
}

TEST_CASE("the letter says until when its link lives, so that nobody can say otherwise later") {
  const auto difference = installation().after([](SQLite::Database& database) {
    REQUIRE(database.exec("UPDATE signup SET expires_at = expires_at + 3600000 WHERE state = 'pending'") > 0);
  });
  REQUIRE(difference);
  CHECK(difference->find("is about another letter") != std::string::npos);
}

TEST_CASE("whoever cuts the tail, or puts an old copy back, is found out") {
  const auto cut = installation().after([](SQLite::Database& database) {
    database.exec("DELETE FROM record WHERE leaf_index >= 20");
    database.exec("DELETE FROM ledger_entry WHERE leaf_index >= 20");
  });
  REQUIRE(cut);
  CHECK(cut->find("the database has 20 ledger entries") != std::string::npos);
  const auto old = installation().difference_in(installation().old_copy());
  REQUIRE(old);
  CHECK(old->find("an older copy was put back") != std::string::npos);
}

TEST_CASE("whoever puts an erased record back is found out") {
  const auto difference = installation().after([](SQLite::Database& database) {
    database.exec("ATTACH '" + installation().old_copy().string() + "' AS old");
    database.exec("INSERT INTO record SELECT 0, NULL, zeroblob(32), '{}' WHERE 0");
    SQLite::Statement gone(
        database,
        "SELECT leaf_index FROM ledger_entry WHERE leaf_index NOT IN (SELECT leaf_index FROM "
        "record) LIMIT 1");
    REQUIRE(gone.executeStep());
    SQLite::Statement put(database, "INSERT INTO record SELECT ?, signup_id, salt, body FROM record LIMIT 1");
    put.bind(1, gone.getColumn(0).getInt64());
    put.exec();
  });
  CHECK(difference);
}

TEST_CASE("whoever changes a byte of the mirror is found out") {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(installation().mirror())) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    for (const auto at : {std::uintmax_t{0}, entry.file_size() / 2, entry.file_size() - 1}) {
      const auto flip = [&] {
        std::fstream bytes(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
        bytes.seekg(static_cast<std::streamoff>(at));
        const auto one = static_cast<char>(bytes.get() ^ 1);
        bytes.seekp(static_cast<std::streamoff>(at));
        bytes.put(one);
      };
      flip();
      CHECK(installation().difference_in(installation().original()));
      flip();
    }
  }
  CHECK_FALSE(installation().difference_in(installation().original()));
}
