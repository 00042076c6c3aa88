// A fixed number of threads and a bounded, fair queue before them. One sleeper is woken at a time; it wakes
// the next when it finds more work than its own. So a burst of quick requests costs a few wake-ups, not one
// each, and slow requests still spread over all threads.
#pragma once

#include "service/http/fair_queue.hpp"
#include "service/http/ip_address.hpp"
#include "service/http/message.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
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
      : work_(std::move(work)), queue_(longest_queue) {}
  ~WorkerPool() { stop(); }

  void start(std::size_t threads);

  // What is left out when the queue is full: this job or another client's.
  std::optional<Job> push(const IpAddress& client, Job job);

  // Forgets what is queued and waits until every worker is done with its job. `work` must not throw.
  void stop();

 private:
  void run();
  bool should_wake();

  const std::function<void(Job&&)> work_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  FairQueue<IpAddress, Job> queue_;
  std::size_t sleeping_ = 0;
  bool waking_ = false;  // a sleeper has been called and has not looked at the queue yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace optledger::http
