// One thread that repeats a step until it is told to stop. A fault in a step is logged, shown in /readyz and
// tried again after a pause; it never ends the thread.
#pragma once

#include "lib/base/instant.hpp"
#include "service/ops/health.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace optledger {

class Worker {
 public:
  // A step returns how long to rest before the next one; it should look at the token during long work.
  using Step = std::function<Duration(std::stop_token)>;

  Worker(std::string name, Health& health, Step step);
  ~Worker();  // waits for the step at work

  void request_stop() { thread_.request_stop(); }

  // After request_stop(): true when the step at work ended within `patience` (a steady time).
  bool await_end(Duration patience);

 private:
  void loop(const std::stop_token& stop);
  Duration run_step(const std::stop_token& stop);

  const std::string name_;
  Health& health_;
  const Step step_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::condition_variable ended_changed_;
  bool ended_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace optledger
