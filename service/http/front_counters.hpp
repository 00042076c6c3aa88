// What the front counts, for the metrics. Gauges may be read at any time by any thread.
#pragma once

#include "service/http/refusal.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace optledger::http {

struct FrontCounters {
  std::atomic<std::int64_t> open_connections{0};  // gauge
  std::atomic<std::int64_t> queued_requests{0};   // gauge: complete, waiting for a worker
  std::atomic<std::int64_t> buffered_bytes{0};    // gauge: requests and answers held in memory
  std::atomic<std::uint64_t> accepted{0};         // connections
  std::atomic<std::uint64_t> answered{0};         // requests answered by a route
  std::atomic<std::uint64_t> timeouts{0};         // connections ended by a deadline, idle ones not counted
  std::array<std::atomic<std::uint64_t>, reason_count> refused{};  // by Reason
};

}  // namespace optledger::http
