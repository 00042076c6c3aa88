#include "lib/provider_sync/adopt.hpp"

namespace optledger {
namespace {

// The provider's times, which may be missing and are never ahead of ours.
Instant given_at(const Receiver& theirs, Instant now) {
  return std::min(theirs.activated.value_or(theirs.registered.value_or(now)), now);
}

Signup signup_of(const Receiver& theirs, const EmailAddress& address, const std::optional<std::string>& name,
                 const std::string& list, const Fingerprint& person, Instant now, const Id& id) {
  return {.id = id,
          .list = list,
          .fingerprint = person,
          .address = address,
          .name = name,
          .locale = "",  // not known: the person's browser says it
          .letter = std::nullopt,
          .state = SignupState::confirmed,
          .requested_at = given_at(theirs, now),
          .expires_at = now,
          .confirmed_at = given_at(theirs, now),
          .basis = LegalBasis::foreign_consent};
}

Record imported_from_provider(const Receiver& theirs, const EmailAddress& address, const std::string& list,
                              Instant now) {
  Json details{{"method", "adopt"},
               {"registered", or_null(theirs.registered)},
               {"activated", or_null(theirs.activated)},
               {"source", theirs.source},
               {"provider_id", theirs.id}};
  mark(LegalBasis::foreign_consent, details);
  return {RecordKind::imported, now, address.text(), list, {}, std::move(details)};
}

ProviderReceiver known_there(const Receiver& theirs, const std::string& list, const Fingerprint& person,
                             Instant now) {
  ProviderReceiver known;
  known.list = list;
  known.person = person;
  known.provider_id = theirs.id;
  known.acknowledged = Acknowledged::active;
  known.due_at = now;  // our facts, above all the unsubscribe link
  return known;
}

}  // namespace

AdoptDecision adopt(const Receiver& theirs, const EmailAddress& address,
                    const std::optional<std::string>& name, const std::string& list, const PermitFacts& facts,
                    Instant now, const FreshPermit& fresh) {
  using Outcome = AdoptDecision::Outcome;
  if (!theirs.active || theirs.deactivated || theirs.bounced) return {Outcome::not_active, {}};
  if (facts.subscription && facts.subscription->state == SubscriptionState::confirmed) {
    return {Outcome::already, {}};
  }
  if (facts.subscription || !facts.suppressions.empty()) return {Outcome::suppressed, {}};
  const Subscription subscription{.list = list,
                                  .fingerprint = facts.person,
                                  .nonce = fresh.subscription_nonce,
                                  .signup = fresh.signup,
                                  .confirmed_at = given_at(theirs, now),
                                  .state = SubscriptionState::confirmed,
                                  .ended_at = std::nullopt};
  return {Outcome::adopted,
          {InsertSignup{signup_of(theirs, address, name, list, facts.person, now, fresh.signup)},
           UpsertSubscription{subscription}, PutReceiver{known_there(theirs, list, facts.person, now)},
           AppendRecord{imported_from_provider(theirs, address, list, now), fresh.salt, fresh.signup}}};
}

}  // namespace optledger
