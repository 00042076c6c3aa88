// How long evidence may be kept after a withdrawal: the privacy notice promises at most three years, counted
// from that very moment and not from the end of its year as limitation periods are (§ 199 BGB).
#pragma once

#include "lib/base/instant.hpp"

#include <optional>

namespace optledger {

struct ProofWindow {
  int years = 3;                    // by the calendar, 1 to 3
  std::optional<Duration> shorter;  // a fixed span; never makes the window longer than `years`
};

// The first instant at which the evidence must be gone: the same date and time of day in UTC, and for 29
// February the last day of that month (§ 188 (3) BGB).
Instant end_of(const ProofWindow& window, Instant withdrawn_at);

}  // namespace optledger
