#include "lib/provider_sync/breaker.hpp"

#include <algorithm>

namespace optledger {
namespace {

Duration pause_after(int failures, const BreakerPolicy& policy) {
  if (failures < policy.failures) return Duration::zero();
  auto pause = policy.first_pause;
  for (int more = policy.failures; more < failures && pause < policy.longest_pause; ++more) pause *= 2;
  return std::min(pause, policy.longest_pause);
}

}  // namespace

Breaker after_failure(const Breaker& breaker, const BreakerPolicy& policy, SteadyTime now,
                      std::optional<Duration> told) {
  const auto failures = breaker.failures + 1;
  const auto pause = std::max(pause_after(failures, policy), told.value_or(Duration::zero()));
  if (pause == Duration::zero()) return {failures, std::nullopt};
  return {failures, now + pause};
}

std::optional<Duration> pause_left(const Breaker& breaker, SteadyTime now) {
  if (!breaker.open_until || *breaker.open_until <= now) return std::nullopt;
  return std::chrono::ceil<Duration>(*breaker.open_until - now);
}

}  // namespace optledger
