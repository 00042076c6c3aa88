#include "lib/subscription/permit.hpp"

#include "lib/subscription/in_force.hpp"

namespace optledger {
namespace {

Signup signup_of(const Permission& permission, const Fingerprint& person, Instant now, const Id& id) {
  return {.id = id,
          .list = permission.list,
          .fingerprint = person,
          .address = permission.address,
          .name = permission.name ? std::optional(permission.name->text()) : std::nullopt,
          .locale = "",  // not known: the person's browser says it
          .letter = std::nullopt,
          .state = SignupState::confirmed,
          .requested_at = now,
          .expires_at = now,
          .confirmed_at = now,
          .basis = permission.basis};
}

// Without an IP address: it would be that of a shop's backend, and the person did nothing.
Record imported(const Permission& permission, const std::string& method, Instant now) {
  Json details{{"method", method},
               {"purchase_reference", permission.purchase_reference},
               {"purchased_at", permission.purchased_at},
               {"notice", to_hex(permission.notice.sha256)},
               {"address_source", permission.address_source}};
  mark(permission.basis, details);
  return {RecordKind::imported, now, permission.address.text(), permission.list, {}, std::move(details)};
}

}  // namespace

PermitDecision permit(const Permission& permission, const std::string& method, const PermitFacts& facts,
                      Instant now, const FreshPermit& fresh) {
  using Outcome = PermitDecision::Outcome;
  if (facts.subscription && may_be_mailed(*facts.subscription, facts.rests_on, facts.suppressions)) {
    return {Outcome::already, facts.subscription, facts.rests_on->basis, {}};
  }
  if (facts.subscription || !facts.suppressions.empty()) {
    return {Outcome::suppressed, std::nullopt, permission.basis, {}};
  }
  const Subscription subscription{.list = permission.list,
                                  .fingerprint = facts.person,
                                  .nonce = fresh.subscription_nonce,
                                  .signup = fresh.signup,
                                  .confirmed_at = now,
                                  .state = SubscriptionState::confirmed,
                                  .ended_at = std::nullopt};
  return {Outcome::permitted,
          subscription,
          permission.basis,
          {InsertSignup{signup_of(permission, facts.person, now, fresh.signup)},
           UpsertSubscription{subscription}, OweReceiver{facts.person, permission.list, now},
           AppendRecord{imported(permission, method, now), fresh.salt, fresh.signup}}};
}

}  // namespace optledger
