#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {

bool overtakes(const Signup& signup, const Suppression& rule) {
  return rule.kind == SuppressionKind::unsubscribed && signup.basis == LegalBasis::double_opt_in &&
         signup.requested_at > rule.since;
}

bool may_be_mailed(const Subscription& subscription, const std::optional<Signup>& rests_on,
                   const std::vector<Suppression>& rules) {
  if (subscription.state != SubscriptionState::confirmed || !rests_on) return false;
  return std::all_of(rules.begin(), rules.end(),
                     [&](const Suppression& rule) { return overtakes(*rests_on, rule); });
}

}  // namespace optledger
