#include "lib/subscription/end_subscription.hpp"

#include <algorithm>

namespace optledger {
namespace {

SubscriptionState state_for(SuppressionKind kind) {
  return kind == SuppressionKind::blocked ? SubscriptionState::blocked : SubscriptionState::unsubscribed;
}

LegalBasis basis_of(const EndFacts& facts) {
  const auto rests_on = std::find_if(facts.signups.begin(), facts.signups.end(), [&](const Signup& signup) {
    return facts.subscription && signup.id == facts.subscription->signup;
  });
  return rests_on == facts.signups.end() ? LegalBasis::double_opt_in : rests_on->basis;
}

Suppress rule_for(const Ending& ending, const EndFacts& facts, const ProofWindow& window, Instant now) {
  Suppression rule{facts.person, facts.list, ending.kind, now, std::nullopt};
  if (ending.kind == SuppressionKind::unsubscribed) rule.until = forgotten_at(window, now, basis_of(facts));
  return {facts.rule ? stricter(*facts.rule, rule) : rule};
}

// The end of the proof window stands in the record: what the configuration says later changes no promise that
// was made.
AppendRecord record_of(const Ending& ending, const Signup& consent, const ProofWindow& window, Instant now,
                       const Digest& salt) {
  const auto kind = ending.kind == SuppressionKind::blocked ? RecordKind::blocked : RecordKind::unsubscribed;
  Json details{{"method", ending.method},
               {"token_sha256", or_null(ending.token_hash)},
               {"held_until", to_rfc3339(consent.held_until.value_or(end_of(window, now)))}};
  mark(consent.basis, details);
  return {{kind, now, consent.address.value().text(), consent.list, ending.origin, std::move(details)},
          salt,
          consent.id};
}

// A request that the rule of this list does not cover yet. What it covers is closed already, so leaving once
// more says nothing new and moves no rule.
bool is_waiting(const Signup& signup, const std::optional<Suppression>& rule) {
  return signup.state == SignupState::pending && !(rule && is_suppressed({*rule}, signup.requested_at));
}

// A block after an unsubscription says more; everything else that comes after an end says nothing new.
bool says_more(const Ending& ending, SubscriptionState state) {
  return state == SubscriptionState::confirmed ||
         (state == SubscriptionState::unsubscribed && ending.kind == SuppressionKind::blocked);
}

}  // namespace

std::optional<Instant> forgotten_at(const ProofWindow& window, Instant left_at, LegalBasis basis) {
  return is_permission(basis) ? std::nullopt : std::optional(end_of(window, left_at));
}

EndDecision end_subscription(const Ending& ending, const EndFacts& facts, const ProofWindow& window,
                             Instant now, const Digest& salt) {
  using Outcome = EndDecision::Outcome;
  const auto rule = rule_for(ending, facts, window, now);
  Changes changes;
  for (const auto& signup : facts.signups) {
    if (is_waiting(signup, facts.rule)) changes.push_back(RemoveLetter{signup.id});
  }
  const bool has_waiting = !changes.empty();
  const auto& subscription = facts.subscription;
  if (!subscription) {
    changes.push_back(rule);
    return {Outcome::nothing_held, std::move(changes)};
  }
  if (!says_more(ending, subscription->state)) {
    if (!has_waiting) return {Outcome::already, {}};
    changes.push_back(rule);
    return {Outcome::already, std::move(changes)};
  }
  for (const auto& signup : facts.signups) {
    if (signup.state == SignupState::confirmed) {
      changes.push_back(WithdrawSignup{signup.id, now, end_of(window, now)});
    }
    if (signup.id == subscription->signup) changes.push_back(record_of(ending, signup, window, now, salt));
  }
  changes.push_back(EndSubscription{facts.person, facts.list, state_for(ending.kind),
                                    subscription->ended_at.value_or(now)});
  changes.push_back(OweReceiver{facts.person, facts.list, now});
  changes.push_back(rule);
  return {Outcome::ended, std::move(changes)};
}

}  // namespace optledger
