#include "lib/privacy/erase.hpp"

#include "lib/consent/erased_record.hpp"

#include <algorithm>

namespace optledger {
namespace {

std::vector<Signup> consents_among(const std::vector<Signup>& signups) {
  std::vector<Signup> consents;
  std::copy_if(signups.begin(), signups.end(), std::back_inserter(consents),
               [](const Signup& signup) { return signup.confirmed_at.has_value(); });
  return consents;
}

// The latest end of the proof windows of these consents, as if those still in force were withdrawn now.
Instant end_of_windows(const std::vector<Signup>& consents, const ProofWindow& window, Instant now) {
  Instant end{};
  for (const auto& consent : consents) {
    end = std::max(end, consent.held_until.value_or(end_of(window, now)));
  }
  return end;
}

ErasureReceipt receipt_of(const ErasureRequest& request, const EndFacts& standing,
                          const std::vector<Signup>& consents, Instant now, Instant kept_until) {
  ErasureReceipt receipt{standing.person, standing.list, *request.declaration, request.method, {}, now,
                         kept_until};
  for (const auto& consent : consents) {
    receipt.periods.push_back({consent.basis, *consent.confirmed_at, consent.withdrawn_at});
  }
  return receipt;
}

void note_erasure(std::vector<std::int64_t> leaves, Instant now, const Digest& salt, Changes& changes) {
  if (leaves.empty()) return;
  std::sort(leaves.begin(), leaves.end());
  changes.push_back(AppendRecord{erased_record(leaves, ErasureCause::request, now), salt, std::nullopt});
}

void erase_unconfirmed(const std::vector<Signup>& signups, Changes& changes) {
  for (const auto& signup : signups) {
    if (!signup.confirmed_at) changes.push_back(EraseSignup{signup.id});
  }
}

// Whoever is gone must not come back by an import or a slip: the rule stays as long as the receipt.
Suppress rule_after(const EndFacts& standing, Instant now, Instant kept_until) {
  const Suppression rule{standing.person, standing.list, SuppressionKind::unsubscribed, now, kept_until};
  return {standing.rule ? stricter(*standing.rule, rule) : rule};
}

}  // namespace

ErasureDecision erase(const ErasureRequest& request, const ErasureFacts& facts, const ProofWindow& window,
                      Instant now, const FreshErasure& fresh) {
  using Outcome = ErasureDecision::Outcome;
  const auto& standing = facts.standing;
  const auto consents = consents_among(standing.signups);
  Changes changes;
  erase_unconfirmed(standing.signups, changes);
  auto leaves = facts.leaves_of_unconfirmed;
  if (consents.empty()) {
    note_erasure(std::move(leaves), now, fresh.erased_salt, changes);
    return {standing.signups.empty() ? Outcome::nothing_held : Outcome::erased, std::nullopt,
            std::move(changes)};
  }
  const auto kept_until = end_of_windows(consents, window, now);
  if (!request.declaration) {
    note_erasure(std::move(leaves), now, fresh.erased_salt, changes);
    const Ending ending{SuppressionKind::unsubscribed, request.method, std::nullopt, request.origin};
    auto end = end_subscription(
        ending, {standing.person, standing.list, standing.subscription, consents, standing.rule}, window, now,
        fresh.end_salt);
    changes.insert(changes.end(), end.changes.begin(), end.changes.end());
    return {Outcome::restricted, kept_until, std::move(changes)};
  }
  for (const auto& consent : consents) changes.push_back(EraseSignup{consent.id});
  leaves.insert(leaves.end(), facts.leaves_of_consents.begin(), facts.leaves_of_consents.end());
  note_erasure(std::move(leaves), now, fresh.erased_salt, changes);
  changes.push_back(rule_after(standing, now, kept_until));
  changes.push_back(KeepReceipt{receipt_of(request, standing, consents, now, kept_until)});
  return {Outcome::erased, kept_until, std::move(changes)};
}

}  // namespace optledger
