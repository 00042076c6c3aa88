// A clock that stands still until a test moves it. Safe to read and move from several threads.
#pragma once

#include "service/world/clock.hpp"

#include <atomic>

namespace optledger {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = parse_rfc3339("2026-11-23T12:00:00.000Z").value())
      : millis_(to_millis(start)) {}

  Instant now() override { return from_millis(millis_.load()); }
  void advance(Duration by) { millis_ += by.count(); }
  void set(Instant to) { millis_ = to_millis(to); }

 private:
  std::atomic<std::int64_t> millis_;
};

}  // namespace optledger
