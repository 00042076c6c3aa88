// How long each of many equal things took. Every single one is kept, so that a percentile is exact.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace optledger::bench {

class Latencies {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::duration took) { nanoseconds_.push_back(static_cast<std::int64_t>(took.count())); }
  void add(const Latencies& others);

  // One line of JSON: count, seconds, per_second, p50_us, p99_us, max_us; `failed` beside them.
  std::string summary(Clock::duration elapsed, std::size_t failed) const;

 private:
  std::vector<std::int64_t> nanoseconds_;
};

}  // namespace optledger::bench
