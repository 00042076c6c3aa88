// Copies of a database: made while it is in use, looked at without a change, put back as one step. Faults are
// std::runtime_error with a line for the operator, or StoreUnavailable when somebody else is in the way.
#pragma once

#include "lib/base/bytes.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

// Called every few megabytes, in pages of 4 KiB.
using PagesCopied = std::function<void(std::uint64_t done, std::uint64_t whole)>;

// The database as it is at the moment of the call, into `copy`, an empty file. Writers go on meanwhile; what
// they erase stays in their log until this is done. What was erased before is not in the copy.
void copy_sqlite_database(const std::filesystem::path& database, const std::filesystem::path& copy,
                          const PagesCopied& copied);

struct CopyFacts {
  std::vector<std::string> damage;  // as Store::verify_integrity
  std::optional<std::string> key_check;
  std::optional<std::string> ledger_vkey;
  std::int64_t ledger_size = 0;
};

// Changes nothing, makes no file beside it and needs no right to write. Refuses what is no whole copy of one
// of our databases.
CopyFacts examine_sqlite_copy(const std::filesystem::path& copy);

// Its ledger entries in order, after it was examined.
void read_entries_of_copy(const std::filesystem::path& copy, const std::function<void(const Digest&)>& take);

// Everything in the database is replaced by the copy, in one transaction: broken off at any moment, it is as
// it was before or as the copy is. A file that SQLite cannot open at all is replaced as a file.
void replace_sqlite_database(const std::filesystem::path& database, const std::filesystem::path& copy,
                             const PagesCopied& copied);

// What replace_sqlite_database() leaves behind when it is killed. For whoever knows that it does not run.
void remove_unfinished_copy(const std::filesystem::path& database);

}  // namespace optledger
