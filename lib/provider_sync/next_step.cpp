#include "lib/provider_sync/next_step.hpp"

namespace optledger {
namespace {

using What = ForeignChange::What;

// The provider counts whole seconds: what happened in the second of our confirmation counts as later.
bool is_not_before(Instant theirs, Instant confirmed_at) {
  return theirs + std::chrono::milliseconds{999} >= confirmed_at;
}

Verdict foreign(What what, std::optional<Instant> at) {
  return {Verdict::Kind::foreign, ForeignChange{what, at}};
}

Step next_when_active(const ProviderReceiver& known, const std::optional<Digest>& content) {
  if (known.acknowledged != Acknowledged::active) return Step::create;
  return known.content == content ? Step::none : Step::update;
}

}  // namespace

Step next_step(Wanted wanted, const ProviderReceiver& known, const std::optional<Digest>& content) {
  const bool never_sent = known.acknowledged == Acknowledged::never;
  if (wanted == Wanted::absent) return never_sent ? Step::forget : Step::remove;
  if (known.look && !never_sent) return Step::look;
  if (wanted == Wanted::active) return next_when_active(known, content);
  const bool may_be_active =
      known.acknowledged == Acknowledged::active || known.acknowledged == Acknowledged::unknown;
  return may_be_active ? Step::deactivate : Step::none;
}

std::string_view to_text(ForeignChange::What what) {
  switch (what) {
    case What::unsubscribed:
      return "unsubscribed";
    case What::deactivated:
      return "deactivated";
    case What::bounced:
      return "bounced";
    case What::blacklisted:
      return "blacklisted";
    case What::deleted:
      return "deleted";
  }
  return {};
}

bool ends_consent(const ForeignChange& change, Instant confirmed_at) {
  return !change.at || is_not_before(*change.at, confirmed_at);
}

Verdict judge(const ProviderStanding& standing, const ProviderReceiver& before,
              const std::optional<Receiver>& theirs) {
  const bool was_active = before.acknowledged == Acknowledged::active;
  if (!theirs) return was_active ? foreign(What::deleted, std::nullopt) : Verdict{Verdict::Kind::missing, {}};
  const auto confirmed_at = standing.subscription.value().confirmed_at;
  const auto& left = theirs->left_in_person;
  if (left && is_not_before(*left, confirmed_at)) return foreign(What::unsubscribed, left);
  const auto& bounced = theirs->bounced;
  if (bounced && is_not_before(*bounced, confirmed_at)) return foreign(What::bounced, bounced);
  if (theirs->active) return {Verdict::Kind::as_wanted, {}};
  const auto& out = theirs->deactivated;
  if (out) {
    const bool is_theirs = out != before.our_deactivation && is_not_before(*out, confirmed_at);
    return is_theirs ? foreign(What::unsubscribed, out) : Verdict{Verdict::Kind::reactivate, {}};
  }
  return was_active ? foreign(What::deactivated, std::nullopt) : Verdict{Verdict::Kind::not_taken, {}};
}

}  // namespace optledger
