// The part of the configuration that may change while the service runs: `[limits]`. Whoever decides by it
// asks once for each request and keeps what it got for as long as that lasts.
#pragma once

#include "service/config/config.hpp"

#include <memory>
#include <mutex>

namespace optledger {

class LiveLimits {
 public:
  explicit LiveLimits(LimitsConfig limits) { replace(std::move(limits)); }

  std::shared_ptr<const LimitsConfig> now() const {
    const std::lock_guard lock(mutex_);
    return limits_;
  }
  void replace(LimitsConfig limits) {
    auto fresh = std::make_shared<const LimitsConfig>(std::move(limits));
    const std::lock_guard lock(mutex_);
    limits_.swap(fresh);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const LimitsConfig> limits_;
};

}  // namespace optledger
