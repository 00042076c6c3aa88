// The time on German clocks, for people who read a proof. Evidence itself is in UTC; this is only a courtesy,
// so it is computed by the rule of Directive 2000/84/EC and needs no time-zone database, which a later
// machine might not have or have differently.
#pragma once

#include "lib/base/instant.hpp"

namespace optledger {

// Summer time runs from the last Sunday in March, 01:00 UTC, to the last Sunday in October, 01:00 UTC. Holds
// from 1996 until the law changes.
bool is_central_european_summer(Instant instant);

// What a clock in Berlin shows: CET (UTC+1) or CEST (UTC+2).
std::chrono::local_time<Duration> to_central_european(Instant instant);

}  // namespace optledger
