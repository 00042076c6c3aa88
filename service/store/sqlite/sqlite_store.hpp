// The store in one SQLite file: one writer with group commit, a few readers on connections of their own.
#pragma once

#include "service/store/store.hpp"

#include <filesystem>
#include <memory>

namespace optledger {

struct OpenedStore {
  std::unique_ptr<Store> store;
  std::vector<std::string> migrations;  // applied by this opening
};

bool sqlite_database_exists(const std::filesystem::path& file);

// Makes folder (0700) and file (0600) when missing, migrates, checks every setting. Throws std::runtime_error
// with a line for the operator: damaged, newer, no rights, not a database; StoreUnavailable when somebody
// else holds it for seconds.
OpenedStore open_sqlite_store(const std::filesystem::path& file, Instant now);

// Held by the one `serve` or `restore` of a database as long as the object lives. Throws when another one has
// it. Removes what a restore that was killed has left.
class ServeLock {
 public:
  explicit ServeLock(const std::filesystem::path& database);
  ~ServeLock();
  ServeLock(const ServeLock&) = delete;
  ServeLock& operator=(const ServeLock&) = delete;

 private:
  std::unique_ptr<RunLock> lock_;
};

}  // namespace optledger
