#include "lib/provider_sync/settle.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>

namespace optledger {
namespace {

using Sent = ProviderChange::What;

constexpr Duration first_wait = std::chrono::seconds{30};
constexpr Duration longest_wait = std::chrono::hours{4};

std::string_view name_of(Sent what) {
  switch (what) {
    case Sent::created:
      return "created";
    case Sent::updated:
      return "updated";
    case Sent::reactivated:
      return "reactivated";
    case Sent::deactivated:
      return "deactivated";
    case Sent::deleted:
      return "deleted";
  }
  return {};
}

// Whoever knows the values can check it, nobody can guess them from it.
Digest commitment_to(const Json& content, const Digest& salt) {
  return sha256(std::string(as_chars(salt)) + to_canonical_json(content));
}

// The evidence that a change at the provider belongs to, as long as there is any.
const Signup* evidence_of(const ProviderStanding& standing) {
  return standing.consent && standing.consent->address ? &*standing.consent : nullptr;
}

AppendRecord record_of(const Signup& evidence, const ProviderReceiver& known, const ProviderChange& change,
                       const std::optional<Digest>& after, Instant now, const Digest& salt) {
  Json details = {{"change", name_of(change.what)},
                  {"fields", change.content ? Json(field_names(*change.content)) : Json::array()},
                  {"before", or_null(known.commitment)},
                  {"after", or_null(after)},
                  {"answer", change.answer},
                  {"provider_id", or_null(change.provider_id ? change.provider_id : known.provider_id)}};
  mark(evidence.basis, details);
  return {
      {RecordKind::provider_changed, now, evidence.address->text(), evidence.list, {}, std::move(details)},
      salt,
      evidence.id};
}

Acknowledged state_after(Sent what) {
  switch (what) {
    case Sent::created:
    case Sent::updated:
    case Sent::reactivated:
      return Acknowledged::active;
    case Sent::deactivated:
      return Acknowledged::inactive;
    case Sent::deleted:
      break;
  }
  return Acknowledged::never;
}

// Whoever comes back there gets another number.
void note_seen(ProviderReceiver& known, Acknowledged seen, const std::optional<std::string>& provider_id) {
  known.acknowledged = seen;
  if (seen == Acknowledged::never) known.provider_id.reset();
  if (provider_id) known.provider_id = provider_id;
}

// In step, or owed at once when what is wanted has changed since the call was made, or the provider has
// hinted at another change.
Change put(ProviderReceiver known, const SettleFacts& facts, Instant now) {
  known.attempts = 0;
  known.due_at.reset();
  switch (next_step(wanted(facts.standing), known, facts.content)) {
    case Step::none:
      return PutReceiver{std::move(known)};
    case Step::forget:
      return ForgetReceiver{known.person, known.list};
    default:
      known.due_at = now;
      return PutReceiver{std::move(known)};
  }
}

}  // namespace

Digest hash_of(const Json& content) { return sha256(to_canonical_json(content)); }

Changes settle_change(const SettleFacts& facts, const ProviderChange& change, Instant now,
                      const Digest& salt) {
  auto known = facts.known;
  std::optional<Digest> after;
  if (change.content) after = commitment_to(*change.content, salt);
  Changes changes;
  if (const auto* evidence = evidence_of(facts.standing)) {
    changes.push_back(record_of(*evidence, known, change, after, now, salt));
  }
  known.acknowledged = state_after(change.what);
  if (change.provider_id) known.provider_id = change.provider_id;
  if (change.what == Sent::deleted) known.provider_id.reset();
  known.content = change.content ? std::optional(hash_of(*change.content)) : std::nullopt;
  known.commitment = after;
  known.our_deactivation = change.deactivated;
  changes.push_back(put(std::move(known), facts, now));
  return changes;
}

Changes settle_look(const SettleFacts& facts, Acknowledged seen,
                    const std::optional<std::string>& provider_id, Instant now) {
  auto known = facts.known;
  note_seen(known, seen, provider_id);
  return {put(std::move(known), facts, now)};
}

Changes settle_foreign(const ForeignFacts& facts, const ForeignChange& change, const ProofWindow& window,
                       Instant now, const ForeignSalts& salts) {
  Changes changes;
  const auto& end = facts.end;
  if (end.subscription) {
    const auto consent = std::find_if(end.signups.begin(), end.signups.end(), [&end](const Signup& signup) {
      return signup.id == end.subscription->signup && signup.address;
    });
    if (consent != end.signups.end()) {
      Json details = {{"change", to_text(change.what)},
                      {"changed_at", or_null(change.at)},
                      {"source", facts.source},
                      {"provider_id", or_null(facts.provider_id)}};
      mark(consent->basis, details);
      changes.push_back(AppendRecord{
          {RecordKind::foreign_change, now, consent->address->text(), consent->list, {}, std::move(details)},
          salts.change,
          consent->id});
    }
  }
  // Who is on a blacklist has been put there by somebody who wants no mail to go out, ever.
  const auto kind = change.what == ForeignChange::What::blacklisted ? SuppressionKind::blocked
                                                                    : SuppressionKind::unsubscribed;
  auto ended = end_subscription({kind, "provider", std::nullopt, {}}, end, window, now, salts.end);
  changes.insert(changes.end(), ended.changes.begin(), ended.changes.end());
  auto known = facts.known;
  note_seen(known, facts.seen, facts.provider_id);
  known.our_deactivation.reset();
  known.attempts = 0;
  known.due_at = facts.seen == Acknowledged::active || known.look ? std::optional(now) : std::nullopt;
  changes.push_back(PutReceiver{std::move(known)});
  return changes;
}

Changes settle_failure(const ProviderReceiver& known, Instant now, std::optional<Duration> told) {
  auto owed = known;
  const auto doubled = first_wait * (std::int64_t{1} << std::min(known.attempts, 12));
  owed.attempts = known.attempts + 1;
  owed.due_at = now + std::max(std::min<Duration>(doubled, longest_wait), told.value_or(Duration::zero()));
  return {PutReceiver{std::move(owed)}};
}

}  // namespace optledger
