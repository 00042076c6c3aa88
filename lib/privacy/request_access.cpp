#include "lib/privacy/request_access.hpp"

#include <algorithm>

namespace optledger {
namespace {

std::ptrdiff_t letters_since(const std::vector<PrivacyRequest>& requests, Instant since) {
  return std::count_if(requests.begin(), requests.end(), [since](const PrivacyRequest& request) {
    return request.letter && request.received_at > since;
  });
}

bool waits_for_officer(const PrivacyRequest& request) {
  return request.right == PrivacyRight::access && !request.letter && !request.end;
}

}  // namespace

AccessDecision request_access(const AccessRequest& request, const AccessFacts& facts, Instant now,
                              const Id& fresh) {
  using Outcome = AccessDecision::Outcome;
  const auto& earlier = facts.requests;
  PrivacyRequest asked{.id = fresh,
                       .right = PrivacyRight::access,
                       .person = facts.person,
                       .address = request.address,
                       .locale = request.locale,
                       .letter = std::nullopt,
                       .received_at = now,
                       .due_at = answer_due(now)};
  if (is_blocked(facts.suppressions)) {
    if (std::any_of(earlier.begin(), earlier.end(), waits_for_officer)) return {Outcome::repeated, {}};
    return {Outcome::left_to_officer, {InsertPrivacyRequest{std::move(asked)}}};
  }
  if (letters_since(earlier, now - between_privacy_letters) > 0 ||
      letters_since(earlier, now - std::chrono::hours{24}) >= privacy_letters_a_day) {
    return {Outcome::repeated, {}};
  }
  asked.letter = request.letter;
  if (facts.is_held) asked.link_until = now + privacy_link_life;
  return {Outcome::asked,
          {InsertPrivacyRequest{std::move(asked)}, EnqueueLetter{fresh, now, LetterKind::privacy}}};
}

Changes rehearsal(const AccessDecision& decision, const AccessRequest& request, Instant now,
                  const Id& fresh) {
  using Outcome = AccessDecision::Outcome;
  const EnqueueLetter letter{fresh, now, LetterKind::privacy};
  if (decision.outcome == Outcome::asked) return {};
  if (decision.outcome == Outcome::left_to_officer) return {letter, RemoveLetter{fresh}};
  const PrivacyRequest stand_in{.id = fresh,
                                .right = PrivacyRight::access,
                                .person = {},
                                .address = EmailAddress::parse("nobody@example.org").value(),
                                .locale = request.locale,
                                .letter = request.letter,
                                .received_at = now,
                                .due_at = answer_due(now)};
  return {InsertPrivacyRequest{stand_in}, letter, ForgetPrivacyRequest{fresh}};
}

}  // namespace optledger
