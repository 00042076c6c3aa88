// Forgets on time: whatever is due, access log segments within their days, and after every erasure the last
// traces in the files. A clock that jumped ahead stops the deletions, and says so, until an operator vouches
// for it.
#pragma once

#include "service/config/config.hpp"
#include "service/ops/access_log.hpp"
#include "service/ops/metrics.hpp"
#include "service/store/store.hpp"
#include "service/workers/worker.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <atomic>
#include <memory>

namespace optledger {

class RetentionWorker {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Entropy& entropy;
    const RetentionConfig& retention;
    AccessLog* access_log;  // none: there is none
    Metrics& metrics;
    Health& health;
  };
  explicit RetentionWorker(const Parts& parts);

  // Everything that is due, at once: before serving, since the service may have been down for long.
  void catch_up();

  void start();

 private:
  Duration run_once(const std::stop_token& stop);
  bool trusts_clock();
  void forget(const std::stop_token& stop);

  Parts parts_;
  std::atomic<std::int64_t> last_run_millis_ = 0;  // since 1970 UTC; 0: none yet
  bool clock_distrusted_ = false;
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
