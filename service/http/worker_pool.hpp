// A fixed number of threads and a bounded queue before them. One sleeper is woken at a time; it wakes the
// next when it finds more work than its own. So a burst of quick requests costs a few wake-ups, not one each,
// and slow requests still spread over all threads.
#pragma once

#include "service/http/message.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace optledger::http {

class Connection;

// A complete request on its way to a worker, who holds the connection until it is answered.
struct Job {
  Connection* connection = nullptr;
  Request request;
  bool keep_alive = false;
};

class WorkerPool {
 public:
  WorkerPool(std::size_t longest_queue, std::function<void(Job&&)> work)
      : longest_queue_(longest_queue), work_(std::move(work)) {}
  ~WorkerPool() { stop(); }

  void start(std::size_t threads);

  // False, and the job untouched, when the queue is full.
  bool try_push(Job& job);

  // Forgets what is queued and waits until every worker is done with its job. `work` must not throw.
  void stop();

 private:
  void run();
  bool should_wake();

  const std::size_t longest_queue_;
  const std::function<void(Job&&)> work_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> queue_;
  std::size_t sleeping_ = 0;
  bool waking_ = false;  // a sleeper has been called and has not looked at the queue yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace optledger::http
