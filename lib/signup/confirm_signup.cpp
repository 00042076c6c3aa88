#include "lib/signup/confirm_signup.hpp"

#include "lib/consent/erased_record.hpp"

namespace optledger {

LinkState link_state(const std::optional<Signup>& signup, const std::vector<Suppression>& suppressions,
                     Instant now) {
  if (!signup) return LinkState::expired;
  switch (signup->state) {
    case SignupState::confirmed:
      return LinkState::confirmed;
    case SignupState::superseded:
      return LinkState::superseded;
    case SignupState::cancelled:
      return LinkState::cancelled;
    case SignupState::withdrawn:
      return LinkState::left;
    case SignupState::pending:
      break;
  }
  if (is_suppressed(suppressions, signup->requested_at)) return LinkState::left;
  return now < signup->expires_at ? LinkState::open : LinkState::expired;
}

ConfirmDecision confirm_signup(const Confirmation& confirmation, const ConfirmFacts& facts, Instant now,
                               const FreshConfirmation& fresh) {
  const auto link = link_state(facts.signup, facts.suppressions, now);
  if (link == LinkState::confirmed) return {link, facts.subscription, {}};
  if (link != LinkState::open) return {link, std::nullopt, {}};

  const auto& signup = *facts.signup;
  const Subscription subscription{
      .list = signup.list,
      .fingerprint = signup.fingerprint,
      .nonce = facts.subscription ? facts.subscription->nonce : fresh.subscription_nonce,
      .signup = signup.id,
      .confirmed_at = now,
      .state = SubscriptionState::confirmed,
      .ended_at = std::nullopt,
  };
  Record record{RecordKind::confirmed,
                now,
                signup.address->text(),
                signup.list,
                confirmation.origin,
                {{"token_sha256", to_hex(confirmation.token_hash)}, {"method", confirmation.method}}};
  return {
      link,
      subscription,
      {ConfirmSignup{signup.id, now}, UpsertSubscription{subscription},
       // Only rules older than the request are left here, and only those of leaving: a block kept the
       // link shut.
       LiftSuppression{signup.fingerprint, signup.list}, OweReceiver{signup.fingerprint, signup.list, now},
       AppendRecord{std::move(record), fresh.salt, signup.id},
       // Whoever holds the token has the letter, so a retry owed to a lost SMTP answer must not go out.
       RemoveLetter{signup.id}}};
}

CancelDecision cancel_signup(const std::optional<Signup>& signup,
                             const std::vector<Suppression>& suppressions,
                             const std::vector<std::int64_t>& erased_leaves, Instant now,
                             const Digest& salt) {
  const auto link = link_state(signup, suppressions, now);
  if (link != LinkState::open) return {link, {}};
  return {link,
          {CancelSignup{signup->id}, EraseRecords{signup->id}, RemoveLetter{signup->id},
           AppendRecord{erased_record(erased_leaves, ErasureCause::request, now), salt, std::nullopt}}};
}

}  // namespace optledger
