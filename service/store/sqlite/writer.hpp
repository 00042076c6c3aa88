// Group commit: one thread runs the queued transactions, many to one COMMIT, each in its own savepoint, each
// answered only after the COMMIT is on disk. So a burst of sign-ups shares one fdatasync instead of queueing
// for it.
#pragma once

#include "service/store/sqlite/session.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace optledger::sqlite {

class Writer {
 public:
  explicit Writer(const std::filesystem::path& file);
  ~Writer();  // finishes what is queued

  // Returns after the work is on disk; rethrows what the work threw, undone. StoreUnavailable when the disk
  // refuses.
  void run(const std::function<void(Session&)>& work);

  // True from a commit that erased something until truncate_log() succeeds.
  bool has_traces() const { return has_traces_; }

  // Copies the log into the database file and cuts it to nothing. False: a reader was in the way.
  bool truncate_log();

  // After a failed fsync nobody knows what is on disk, and SQLite would go on as if nothing had happened: the
  // process must end, and recovery reads what is really there. The default writes one line and exits at once.
  static void end_process_after_failed_sync();

 private:
  // Lives with the caller, who waits; the writer does not touch it once its batch is answered.
  struct Job {
    const std::function<void(Session&)>& work;
    std::exception_ptr failure;
  };
  // What a whole batch waits for, so that one wake-up answers all of it. (Not std::atomic::wait, which yields
  // the processor several times before it sleeps.)
  class Answered {
   public:
    void wait();
    void tell_all();

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool yes_ = false;
  };
  struct Batch {
    std::vector<Job*> jobs;
    std::shared_ptr<Answered> answered = std::make_shared<Answered>();
  };

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
  // At the start too: a log that a killed process left may hold what it had erased.
  std::atomic<bool> has_traces_ = true;
  std::mutex mutex_;
  std::condition_variable wake_;
  Batch next_;
  bool stopping_ = false;
  int log_pages_ = 0;         // writer thread only; set by SQLite's hook after each commit
  bool copy_wanted_ = false;  // guarded by mutex_
  std::mutex copying_;        // one user of log_copier_ at a time
  std::condition_variable copy_wake_;
  std::thread copier_;
  std::thread thread_;
};

}  // namespace optledger::sqlite
