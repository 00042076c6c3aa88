#include "tests/bench/latencies.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace optledger::bench {
namespace {

// Nearest rank: a value that was measured, never one between two.
double microseconds_at(const std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]) / 1000;
}

}  // namespace

void Latencies::add(const Latencies& others) {
  nanoseconds_.insert(nanoseconds_.end(), others.nanoseconds_.begin(), others.nanoseconds_.end());
}

std::string Latencies::summary(Clock::duration elapsed, std::size_t failed) const {
  auto sorted = nanoseconds_;
  std::sort(sorted.begin(), sorted.end());
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const nlohmann::ordered_json json{
      {"count", sorted.size()},
      {"failed", failed},
      {"seconds", seconds},
      {"per_second", static_cast<double>(sorted.size()) / seconds},
      {"p50_us", microseconds_at(sorted, 0.5)},
      {"p99_us", microseconds_at(sorted, 0.99)},
      {"max_us", microseconds_at(sorted, 1)},
  };
  return json.dump();
}

}  // namespace optledger::bench
