// Forgets on time: whatever is due, access log segments within their days, and after every erasure the last
// traces in the files. A clock that jumped ahead stops the deletions, and says so, until an operator vouches
// for it. A run that has not come to its end for a day, whatever the reason, raises an alarm.
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
  void note_run();
  Duration overdue() const;
  Duration watch();

  Parts parts_;
  std::atomic<std::int64_t> last_run_millis_;  // since 1970 UTC; 0: none known
  const Instant began_;
  Instant noted_run_ = Instant::min();
  bool clock_distrusted_ = false;
  Instant next_alarm_ = Instant::min();  // of the watch alone
  std::unique_ptr<Worker> worker_;
  // A thread of its own, that touches nothing the run could be stuck in.
  std::unique_ptr<Worker> watch_;
};

}  // namespace optledger
