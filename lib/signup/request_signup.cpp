#include "lib/signup/request_signup.hpp"

#include <algorithm>

namespace optledger {
namespace {

Record signup_requested(const SignupRequest& request, bool repeat, Instant now) {
  Json details = {
      {"wording", to_hex(request.wording)},
      {"wording_stated", request.wording_stated},
      {"privacy_notice", or_null(request.privacy_notice)},
      {"locale", request.locale},
      {"purposes", request.purposes},
      {"source_url", or_null(request.source_url)},
      {"signed_up_at", or_null(request.signed_up_at)},
      {"repeat", repeat},
  };
  return {RecordKind::signup_requested,
          now,
          request.address.text(),
          request.list,
          request.origin,
          std::move(details)};
}

const Signup* find_pending(const std::vector<Signup>& signups) {
  const auto found = std::find_if(signups.begin(), signups.end(),
                                  [](const Signup& signup) { return signup.state == SignupState::pending; });
  return found == signups.end() ? nullptr : &*found;
}

std::ptrdiff_t letters_since(const std::vector<Signup>& signups, Instant since) {
  return std::count_if(signups.begin(), signups.end(), [since](const Signup& signup) {
    return !signup.confirmed_at && signup.requested_at > since;
  });
}

Signup new_signup(const SignupRequest& request, const Fingerprint& person, const SignupPolicy& policy,
                  Instant now, const Id& id) {
  return {
      .id = id,
      .list = request.list,
      .fingerprint = person,
      .address = request.address,
      .name = request.name ? std::optional(request.name->text()) : std::nullopt,
      .locale = request.locale,
      .letter = request.letter,
      .state = SignupState::pending,
      .requested_at = now,
      .expires_at = now + policy.unconfirmed,
  };
}

// A full hour, so that the end of a call's memory says little about when it came.
Instant forgotten_after(Instant now) { return std::chrono::ceil<std::chrono::hours>(now + call_memory); }

SignupDecision decide(const SignupRequest& request, const SignupFacts& facts, const SignupPolicy& policy,
                      Instant now, const FreshSignup& fresh) {
  using Outcome = SignupDecision::Outcome;
  if (facts.call_known) return {Outcome::replayed, {}};
  if (!facts.wording_known) return {Outcome::unknown_wording, {}};
  if (forbids_letters(facts.suppressions)) return {Outcome::blocked, {}};
  const auto* pending = find_pending(facts.signups);
  if (letters_since(facts.signups, now - policy.window) >= policy.letters_per_address) {
    if (pending == nullptr || facts.records >= most_records_while_pending) return {Outcome::ignored, {}};
    return {Outcome::repeated, {AppendRecord{signup_requested(request, true, now), fresh.salt, pending->id}}};
  }
  Changes changes;
  if (pending != nullptr) {
    changes.push_back(SetSignupState{pending->id, SignupState::superseded});
    changes.push_back(RemoveLetter{pending->id});
  }
  changes.push_back(InsertSignup{new_signup(request, facts.fingerprint, policy, now, fresh.id)});
  changes.push_back(AppendRecord{signup_requested(request, false, now), fresh.salt, fresh.id});
  changes.push_back(EnqueueLetter{fresh.id, now});
  return {Outcome::requested, std::move(changes)};
}

}  // namespace

SignupDecision request_signup(const SignupRequest& request, const SignupFacts& facts,
                              const SignupPolicy& policy, Instant now, const FreshSignup& fresh) {
  using Outcome = SignupDecision::Outcome;
  auto decision = decide(request, facts, policy, now, fresh);
  // What was refused may be mended and sent again.
  const bool is_taken = decision.outcome != Outcome::replayed && decision.outcome != Outcome::unknown_wording;
  if (request.call && is_taken) {
    decision.changes.push_back(KeepWebhookCall{*request.call, forgotten_after(now)});
  }
  return decision;
}

Changes rehearsal(const SignupDecision& decision, const SignupRequest& request, const SignupPolicy& policy,
                  Instant now, const FreshSignup& fresh) {
  using Outcome = SignupDecision::Outcome;
  if (decision.outcome == Outcome::requested || decision.outcome == Outcome::unknown_wording) return {};
  auto stand_in = request;
  stand_in.address = EmailAddress::parse("nobody@example.org").value();
  stand_in.name.reset();
  return {InsertSignup{new_signup(stand_in, {fresh.salt}, policy, now, fresh.id)},
          EnqueueLetter{fresh.id, now}, EraseSignup{fresh.id}};
}

}  // namespace optledger
