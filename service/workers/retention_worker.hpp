// Forgets on time: unconfirmed signups at the end of their period, access log segments within their days, and
// after every erasure the last traces in the files.
#pragma once

#include "service/ops/access_log.hpp"
#include "service/ops/metrics.hpp"
#include "service/store/store.hpp"
#include "service/workers/worker.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <memory>

namespace optledger {

class RetentionWorker {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Entropy& entropy;
    AccessLog* access_log;  // none: there is none
    Metrics& metrics;
    Health& health;
  };
  explicit RetentionWorker(const Parts& parts) : parts_(parts) {}

  // Everything that is due, at once: before serving, since the service may have been down for long.
  void catch_up();

  void start();

 private:
  Duration run_once(const std::stop_token& stop);

  Parts parts_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
