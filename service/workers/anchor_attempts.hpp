// One outside anchor that is tried, and tried again after a while when it fails. What fails for a day is an
// alarm, also over restarts.
#pragma once

#include "service/ops/health.hpp"
#include "service/ops/metrics.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <optional>
#include <string>

namespace optledger {

class AnchorAttempts {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Metrics& metrics;
    Health& health;
  };
  // `name` is a word for logs and metrics: "timestamp".
  AnchorAttempts(const Parts& parts, std::string name);

  bool may_try() const;
  // It is not wanted any more: what it did before is over.
  void forget();
  void succeeded();
  // `detail`: one line. `at_once`: an alarm without waiting for a day.
  void failed(const std::string& detail, bool at_once = false);
  // Raises the alarm when it is time.
  void watch();

 private:
  const Parts parts_;
  const std::string name_;
  int tries_ = 0;  // since the last success
  Instant last_try_ = Instant::min();
  Instant next_try_ = Instant::min();
  std::optional<Instant> failing_since_;
  std::string detail_;
  bool is_alarmed_at_once_ = false;
  Instant next_alarm_ = Instant::min();
};

}  // namespace optledger
