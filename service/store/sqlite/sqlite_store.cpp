#include "service/store/sqlite/sqlite_store.hpp"

#include "service/store/durable_file.hpp"
#include "service/store/sqlite/backup.hpp"
#include "service/store/sqlite/migrate.hpp"
#include "service/store/sqlite/readers.hpp"
#include "service/store/sqlite/writer.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

namespace optledger {
namespace {

using sqlite::Access;

void make_private_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return;
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

// Beside the database, and perhaps the first file of its folder.
class FileLock final : public RunLock {
 public:
  explicit FileLock(const std::filesystem::path& file) {
    make_private_folder(file.parent_path());
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw cannot("open the lock file", file);
    is_held_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }
  ~FileLock() override { ::close(descriptor_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  bool is_held() const { return is_held_; }

 private:
  int descriptor_ = -1;
  bool is_held_ = false;
};

std::filesystem::path lock_file(const std::filesystem::path& database, std::string_view name) {
  return fmt::format("{}.{}", database.string(), name);
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::filesystem::path& file) : file_(file), writer_(file), readers_(file) {}

  void read(const std::function<void(Reading&)>& work) override { readers_.read(work); }
  void write(const std::function<void(Transaction&)>& work) override {
    writer_.run([&work](sqlite::Session& session) { work(session); });
  }
  std::unique_ptr<RunLock> try_lock(std::string_view name) override {
    auto lock = std::make_unique<FileLock>(lock_file(file_, name));
    if (!lock->is_held()) return nullptr;
    return lock;
  }
  bool has_traces() const override { return writer_.has_traces(); }
  bool purge_deleted() override { return writer_.truncate_log(); }
  std::vector<std::string> verify_integrity() override { return readers_.verify_integrity(); }

 private:
  std::filesystem::path file_;
  sqlite::Writer writer_;
  sqlite::Readers readers_;
};

// SQLite gives -wal and -shm the mode of the database, so the file is made here, for its owner alone.
void make_private_file(const std::filesystem::path& file) {
  make_private_folder(file.parent_path());
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) throw cannot("open the database", file);
  ::close(descriptor);
  if (::chmod(file.c_str(), 0600) != 0) throw cannot("make private", file);
}

}  // namespace

bool sqlite_database_exists(const std::filesystem::path& file) {
  std::error_code missing;
  return std::filesystem::file_size(file, missing) > 0 && !missing;
}

OpenedStore open_sqlite_store(const std::filesystem::path& file, Instant now) {
  make_private_file(file);
  try {
    std::vector<std::string> migrations;
    {
      auto database = sqlite::open_database(file, Access::write);
      migrations = sqlite::migrate(database, now);
    }
    return {std::make_unique<SqliteStore>(file), std::move(migrations)};
  } catch (const SQLite::Exception& exception) {
    const auto line = fmt::format("cannot use the database {}: {}", file.string(), exception.what());
    if (exception.getErrorCode() == SQLITE_BUSY) throw StoreUnavailable(line);
    throw std::runtime_error(line);
  }
}

ServeLock::ServeLock(const std::filesystem::path& database) {
  auto lock = std::make_unique<FileLock>(lock_file(database, "serve"));
  if (!lock->is_held()) {
    throw std::runtime_error(
        fmt::format("another optledger already serves the database {}: stop it first", database.string()));
  }
  lock_ = std::move(lock);
  remove_unfinished_copy(database);
}

ServeLock::~ServeLock() = default;

}  // namespace optledger
