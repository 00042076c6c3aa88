// Stops the hammering of a provider that fails: after some failures in a row nobody calls for a while, then
// one call looks whether it is back.
#pragma once

#include "lib/base/instant.hpp"

#include <chrono>
#include <optional>

namespace optledger {

// Elapsed time, whose clock nobody can set.
using SteadyTime = std::chrono::steady_clock::time_point;

struct BreakerPolicy {
  int failures = 5;                                // in a row, then it opens
  Duration first_pause{std::chrono::seconds{15}};  // doubled with each further failure
  Duration longest_pause{std::chrono::minutes{5}};
};

struct Breaker {
  int failures = 0;                      // in a row
  std::optional<SteadyTime> open_until;  // until then nobody calls

  bool operator==(const Breaker&) const = default;
};

// `told`: how long the provider asked to be left alone. That opens it at once.
Breaker after_failure(const Breaker& breaker, const BreakerPolicy& policy, SteadyTime now,
                      std::optional<Duration> told);
inline Breaker after_success() { return {}; }

// How long nobody may call yet; nothing: a call may be made.
std::optional<Duration> pause_left(const Breaker& breaker, SteadyTime now);

}  // namespace optledger
