#include "lib/suppression/unblock.hpp"

#include "lib/subscription/end_subscription.hpp"

namespace optledger {

Changes unblock(const Unblocking& unblocking, const UnblockFacts& facts, const ProofWindow& window,
                Instant now, const Digest& salt) {
  // Since now, not since the block: whatever was asked for while it held stays without effect.
  const auto basis = facts.consent ? facts.consent->basis : LegalBasis::double_opt_in;
  Changes changes{Suppress{{facts.rule.person, facts.rule.list, SuppressionKind::unsubscribed, now,
                            forgotten_at(window, now, basis)}}};
  const auto& subscription = facts.subscription;
  if (!subscription || subscription->state != SubscriptionState::blocked) return changes;
  changes.push_back(EndSubscription{subscription->fingerprint, subscription->list,
                                    SubscriptionState::unsubscribed, subscription->ended_at.value_or(now)});
  if (facts.consent) {
    const auto& consent = *facts.consent;
    Json details{{"method", unblocking.method}, {"reason", unblocking.reason}};
    mark(consent.basis, details);
    changes.push_back(AppendRecord{{RecordKind::unblocked, now, consent.address.value().text(), consent.list,
                                    unblocking.origin, std::move(details)},
                                   salt,
                                   consent.id});
  }
  return changes;
}

}  // namespace optledger
