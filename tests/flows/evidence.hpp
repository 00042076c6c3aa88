// What must be true of the files themselves whatever has happened, read beside the product: nobody is active
// who left, the ledger only grows, an entry without its record is accounted for, and no bytes outlive their
// time.
#pragma once

#include "lib/base/bytes.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace optledger::test {

class Evidence {
 public:
  explicit Evidence(const std::filesystem::path& database);

  // One sentence for the first thing that is wrong; empty: nothing is.
  std::string problem_with_subscriptions();
  std::string problem_with_letters();
  std::string problem_with_ledger();

 private:
  SQLite::Database database_;
  SQLite::Statement suppressed_;
  SQLite::Statement unfounded_;
  SQLite::Statement owed_;
  SQLite::Statement entries_;
  std::vector<std::string> known_entries_;
};

// Every address that stands in any file of the folder, as it is spelled there: the domain with so many bytes
// before it.
std::set<std::string> addresses_in_files(const std::filesystem::path& folder, const std::string& domain,
                                         std::size_t local_part);

}  // namespace optledger::test
