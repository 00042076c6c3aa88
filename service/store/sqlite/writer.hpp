// Group commit: one thread runs the queued transactions, many to one COMMIT, each in its own savepoint, each
// answered only after the COMMIT is on disk. So a burst of sign-ups shares one fdatasync instead of queueing
// for it.
#pragma once

#include "service/store/sqlite/session.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace optledger::sqlite {

class Writer {
 public:
  explicit Writer(const std::filesystem::path& file);
  ~Writer();  // finishes what is queued

  // Returns after the work is on disk; rethrows what the work threw, undone. StoreUnavailable when the disk
  // refuses.
  void run(std::function<void(Session&)> work);

  // True from a commit that erased something until truncate_log() succeeds.
  bool has_traces() const { return has_traces_; }

  // Copies the log into the database file and cuts it to nothing. False: a reader was in the way.
  bool truncate_log();

  // After a failed fsync nobody knows what is on disk, and SQLite would go on as if nothing had happened: the
  // process must end, and recovery reads what is really there. The default writes one line and exits at once.
  static void end_process_after_failed_sync();

 private:
  struct Job {
    std::function<void(Session&)> work;
    std::promise<void> done;
    std::exception_ptr failure;
  };
  using Batch = std::deque<Job>;

  void loop();
  void run_batch(Batch& batch);
  bool run_jobs(Batch& batch);
  bool run_in_savepoint(Job& job);
  void commit();
  void roll_back();
  bool has_open_transaction();
  void keep_log_short();
  void copy_log_in_background();
  static void copy_log(Connection& connection);

  Connection connection_;
  Connection log_copier_;
  Session session_{connection_};
  std::atomic<bool> has_traces_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  Batch queue_;
  bool stopping_ = false;
  int log_pages_ = 0;         // writer thread only; set by SQLite's hook after each commit
  bool copy_wanted_ = false;  // guarded by mutex_
  std::mutex copying_;        // one user of log_copier_ at a time
  std::condition_variable copy_wake_;
  std::thread copier_;
  std::thread thread_;
};

}  // namespace optledger::sqlite
