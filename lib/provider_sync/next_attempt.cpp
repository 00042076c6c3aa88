#include "lib/provider_sync/next_attempt.hpp"

#include <algorithm>

namespace optledger {
namespace {

Duration part_of(Duration whole, double part) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(whole.count()) * part)};
}

Duration doubled(Duration wait, int times, Duration longest) {
  for (int i = 0; i < times && wait < longest; ++i) wait *= 2;
  return std::min(wait, longest);
}

}  // namespace

std::optional<Duration> next_attempt(const RetryPolicy& policy, int tries, std::optional<Duration> told,
                                     double jitter) {
  if (tries >= policy.tries) return std::nullopt;
  const auto wait = doubled(policy.first_wait, tries - 1, policy.longest_wait);
  const auto spread = wait / 2 + part_of(wait / 2, jitter);
  if (!told) return spread;
  if (*told > policy.patience) return std::nullopt;
  return std::max(spread, *told + part_of(*told / 10, jitter));
}

}  // namespace optledger
