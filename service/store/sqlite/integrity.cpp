#include "service/store/sqlite/integrity.hpp"

#include <fmt/format.h>

namespace optledger::sqlite {

std::vector<std::string> find_damage(SQLite::Database& database) {
  std::vector<std::string> findings;
  try {
    SQLite::Statement check(database, "PRAGMA integrity_check(20)");
    while (check.executeStep()) {
      if (const auto line = check.getColumn(0).getString(); line != "ok") findings.push_back(line);
    }
    SQLite::Statement foreign(database, "PRAGMA foreign_key_check");
    while (foreign.executeStep()) {
      findings.push_back(fmt::format("a row of {} refers to a missing row of {}",
                                     foreign.getColumn(0).getString(), foreign.getColumn(2).getString()));
    }
  } catch (const SQLite::Exception& exception) {
    findings.push_back(exception.getErrorStr());
  }
  return findings;
}

}  // namespace optledger::sqlite
