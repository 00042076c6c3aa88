// Keeps CleverReach in step while `serve` runs: a change made here is passed on within seconds, what changed
// there is asked for regularly. Trouble is said in /readyz and never stops the service.
#pragma once

#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/ops/metrics.hpp"
#include "service/provider/provider.hpp"
#include "service/store/store.hpp"
#include "service/workers/list_sync.hpp"
#include "service/workers/worker.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace optledger {

// The name of the lock under which one run for a list excludes any other.
std::string sync_lock_name(const std::string& list);

class SyncWorker {
 public:
  struct Parts {
    const Config& config;
    const ListConfig& list;  // its cleverreach is there
    const Keys& keys;
    Store& store;
    Clock& clock;
    Entropy& entropy;
    Metrics& metrics;
    Health& health;
  };
  explicit SyncWorker(const Parts& parts);
  ~SyncWorker();  // breaks off a call that is still going on

  void request_stop();
  // After request_stop(). A call that is broken off leaves what it was about owed.
  void await_end(Duration patience) { worker_->await_end(patience); }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  Duration run_once(const std::stop_token& stop);
  void run(bool poll);
  void note(const SyncReport& report);

  Parts parts_;
  std::stop_source abandon_;
  std::unique_ptr<Provider> provider_;
  std::string part_;      // how /readyz calls it
  SteadyTime poll_at_{};  // at the start at once
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
