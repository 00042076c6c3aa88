#include "lib/limits/token_bucket.hpp"

#include <algorithm>

namespace optledger {
namespace {

Elapsed time_for_one(const Rate& rate) { return std::max(Elapsed{rate.window} / rate.count, Elapsed{1}); }

// What is missing, as the time it takes to fill. A rate that has become smaller makes no debt that lasts
// longer than the new window: nobody took what they were not allowed to.
Elapsed missing(const Rate& rate, Elapsed full_at, Elapsed now) {
  return std::clamp(full_at - now, Elapsed{0}, time_for_one(rate) * rate.count);
}

}  // namespace

std::int64_t tokens_left(const Rate& rate, Elapsed full_at, Elapsed now) {
  const auto one = time_for_one(rate);
  return (one * rate.count - missing(rate, full_at, now)) / one;
}

Elapsed until_next_token(const Rate& rate, Elapsed full_at, Elapsed now) {
  const auto one = time_for_one(rate);
  return std::max(missing(rate, full_at, now) - one * (rate.count - 1), Elapsed{0});
}

Elapsed full_after_taking_one(const Rate& rate, Elapsed full_at, Elapsed now) {
  return now + missing(rate, full_at, now) + time_for_one(rate);
}

}  // namespace optledger
