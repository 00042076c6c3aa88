// When a call that failed is tried again.
#pragma once

#include "lib/base/instant.hpp"

#include <optional>

namespace optledger {

struct RetryPolicy {
  int tries = 4;                                        // of one call, in all
  Duration first_wait{std::chrono::milliseconds{500}};  // doubled before each further try
  Duration longest_wait{std::chrono::seconds{8}};
  // Who is told to wait longer gives up for now; the change is still owed, and somebody comes back for it.
  Duration patience{std::chrono::seconds{30}};
};

// The wait after `tries` that failed; nothing: give up for now. `told` is what the provider asked for
// (Retry-After, RFC 9110, 10.2.3): nobody comes back sooner. `jitter` in [0, 1) spreads the others.
std::optional<Duration> next_attempt(const RetryPolicy& policy, int tries, std::optional<Duration> told,
                                     double jitter);

}  // namespace optledger
