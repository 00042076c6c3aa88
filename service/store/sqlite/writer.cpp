#include "service/store/sqlite/writer.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

namespace optledger::sqlite {
namespace {

constexpr int copy_log_at_pages = 6000;  // 24 MB: the background thread copies it into the database file; a
                                         // page changed often is copied once
constexpr int reset_log_at_pages =
    16000;  // 64 MB: the writer itself finishes the copy, so that the log starts anew

// What a full, read-only or busy disk looks like. Everything else from SQLite is a bug or damage.
bool is_passing(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      return true;
    default:
      return false;
  }
}

bool is_failed_sync(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

std::exception_ptr translate(const SQLite::Exception& exception) {
  if (!is_passing(exception.getErrorCode())) return std::make_exception_ptr(exception);
  return std::make_exception_ptr(
      StoreUnavailable(fmt::format("the database cannot be written: {}", exception.getErrorStr())));
}

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Writer::Writer(const std::filesystem::path& file)
    : connection_(file, Access::write), log_copier_(file, Access::write) {
  sqlite3_wal_hook(connection_.database().getHandle(), note_log_pages, &log_pages_);
  copier_ = std::thread([this] { copy_log_in_background(); });
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  copy_wake_.notify_all();
  thread_.join();
  copier_.join();
}

void Writer::run(const std::function<void(Session&)>& work) {
  Job job{work, nullptr};
  std::shared_ptr<Answered> answered;
  {
    const std::lock_guard lock(mutex_);
    next_.jobs.push_back(&job);
    answered = next_.answered;
  }
  wake_.notify_one();
  answered->wait();
  if (job.failure) std::rethrow_exception(std::move(job.failure));
}

void Writer::loop() {
  for (;;) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !next_.jobs.empty(); });
      if (next_.jobs.empty()) return;
      std::swap(batch, next_);
    }
    run_batch(batch);
    batch.answered->tell_all();
    keep_log_short();
  }
}

void Writer::run_batch(Batch& batch) {
  // Each job gets an exception of its own: callers let go of theirs on different threads.
  const auto fail_all = [&batch](const auto& make_failure) {
    for (auto* job : batch.jobs) {
      if (!job->failure) job->failure = make_failure();
    }
  };
  try {
    connection_.exec("BEGIN IMMEDIATE");
    if (!run_jobs(batch)) {
      fail_all(
          [] { return std::make_exception_ptr(StoreUnavailable("the database gave the transaction up")); });
      return;
    }
    const bool erased = session_.take_erased();
    commit();
    if (erased) has_traces_ = true;
  } catch (const SQLite::Exception& exception) {
    fail_all([&exception] { return translate(exception); });
    roll_back();
    // On a full disk the log may not grow, but once it is copied it starts anew in the room it has.
    copy_log(connection_);
  }
}

void Writer::Answered::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return yes_; });
}

void Writer::Answered::tell_all() {
  {
    const std::lock_guard lock(mutex_);
    yes_ = true;
  }
  changed_.notify_all();
}

// False when SQLite rolled the whole transaction back by itself, as it may on a full disk.
bool Writer::run_jobs(Batch& batch) {
  for (auto* job : batch.jobs) {
    if (!run_in_savepoint(*job)) return false;
  }
  return true;
}

bool Writer::run_in_savepoint(Job& job) {
  connection_.exec("SAVEPOINT job");
  try {
    job.work(session_);
    connection_.exec("RELEASE job");
    return true;
  } catch (const SQLite::Exception& exception) {
    if (is_failed_sync(exception.getExtendedErrorCode())) end_process_after_failed_sync();
    job.failure = translate(exception);
  } catch (...) {
    job.failure = std::current_exception();
  }
  if (!has_open_transaction()) return false;
  connection_.exec("ROLLBACK TO job");
  connection_.exec("RELEASE job");
  return true;
}

void Writer::commit() {
  try {
    connection_.exec("COMMIT");
  } catch (const SQLite::Exception& exception) {
    if (is_failed_sync(exception.getExtendedErrorCode())) end_process_after_failed_sync();
    throw;
  }
}

void Writer::roll_back() {
  if (has_open_transaction()) connection_.database().tryExec("ROLLBACK");
}

bool Writer::has_open_transaction() {
  return sqlite3_get_autocommit(connection_.database().getHandle()) == 0;
}

void Writer::keep_log_short() {
  if (log_pages_ < copy_log_at_pages) return;
  // Under load the background copy never reaches the log's end, and only a fully copied log is started anew.
  if (log_pages_ >= reset_log_at_pages) copy_log(connection_);
  const std::lock_guard lock(mutex_);
  copy_wanted_ = true;
  copy_wake_.notify_one();
}

void Writer::copy_log_in_background() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      copy_wake_.wait(lock, [this] { return stopping_ || copy_wanted_; });
      if (stopping_) return;
      copy_wanted_ = false;
    }
    const std::lock_guard lock(copying_);
    copy_log(log_copier_);
  }
}

void Writer::copy_log(Connection& connection) {
  const int code = connection.database().tryExec("PRAGMA wal_checkpoint(PASSIVE)");
  if (is_failed_sync(code)) end_process_after_failed_sync();
}

bool Writer::truncate_log() {
  // Cleared first, so that an erasure that commits meanwhile is not forgotten.
  has_traces_ = false;
  const std::lock_guard lock(copying_);
  SQLite::Statement checkpoint(log_copier_.database(), "PRAGMA wal_checkpoint(TRUNCATE)");
  const int code = checkpoint.tryExecuteStep();
  if (is_failed_sync(code)) end_process_after_failed_sync();
  const bool truncated = code == SQLITE_ROW && checkpoint.getColumn(0).getInt() == 0;
  if (!truncated) has_traces_ = true;
  return truncated;
}

void Writer::end_process_after_failed_sync() {
  std::fputs(
      "{\"level\":\"fatal\",\"event\":\"sync_failed\",\"detail\":\"the disk refused to sync the database; "
      "ending so that nothing is answered that is not on disk\"}\n",
      stderr);
  std::_Exit(1);
}

}  // namespace optledger::sqlite
