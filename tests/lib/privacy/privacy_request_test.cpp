// What people ask for by law: due dates, the answer by letter, the life of the link, and what it is used for.
#include "lib/privacy/privacy_request.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/letters/letter_result.hpp"
#include "lib/privacy/exercise.hpp"
#include "lib/privacy/request_access.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const Id asked_id{1};
const Id fresh_request{2};
const Fingerprint asker{sha256("anna")};

template <typename Wanted>
const Wanted* in_changes(const Changes& changes) {
  for (const auto& change : changes) {
    if (const auto* found = std::get_if<Wanted>(&change)) return found;
  }
  return nullptr;
}

Instant at(const char* text) { return parse_rfc3339(text).value(); }

AccessRequest question() { return {EmailAddress::parse("anna@example.org").value(), "de", {}}; }

PrivacyRequest answered_at(Instant received_at) {
  return {.id = asked_id,
          .right = PrivacyRight::access,
          .person = asker,
          .address = question().address,
          .locale = "de",
          .letter = LetterBasis{},
          .received_at = received_at,
          .due_at = answer_due(received_at),
          .link_until = received_at + privacy_link_life};
}

AccessFacts facts(std::vector<PrivacyRequest> earlier = {}, bool is_held = true) {
  return {.person = asker, .is_held = is_held, .suppressions = {}, .requests = std::move(earlier)};
}

}  // namespace

TEST_CASE("an answer is due within one month, on the last day of a shorter one") {
  CHECK(answer_due(at("2026-11-25T10:00:00Z")) == at("2026-12-25T10:00:00Z"));
  CHECK(answer_due(at("2026-01-31T23:59:59.999Z")) == at("2026-02-28T23:59:59.999Z"));
  CHECK(answer_due(at("2028-01-30T00:00:00Z")) == at("2028-02-29T00:00:00Z"));
  CHECK(answer_due(at("2026-12-31T12:00:00Z")) == at("2027-01-31T12:00:00Z"));
}

TEST_CASE("whoever asks gets a letter: with a link when anything is held, without one when nothing is") {
  for (const bool is_held : {true, false}) {
    const auto decision = request_access(question(), facts({}, is_held), noon, fresh_request);
    CHECK(decision.outcome == AccessDecision::Outcome::asked);
    const auto* request = in_changes<InsertPrivacyRequest>(decision.changes);
    REQUIRE(request != nullptr);
    CHECK(request->request.link_until.has_value() == is_held);
    const auto* letter = in_changes<EnqueueLetter>(decision.changes);
    REQUIRE(letter != nullptr);
    CHECK(letter->kind == LetterKind::privacy);
    CHECK(letter->about == fresh_request);
  }
}

TEST_CASE("a stranger who keeps asking makes us write once an hour and three times a day at most") {
  CHECK(request_access(question(), facts({answered_at(noon - 59min)}), noon, fresh_request).outcome ==
        AccessDecision::Outcome::repeated);
  CHECK(request_access(question(), facts({answered_at(noon - 60min)}), noon, fresh_request).outcome ==
        AccessDecision::Outcome::asked);
  const std::vector three{answered_at(noon - 23h), answered_at(noon - 5h), answered_at(noon - 2h)};
  CHECK(request_access(question(), facts(three), noon, fresh_request).changes.empty());
  CHECK_FALSE(request_access(question(), facts(three), noon + 1h, fresh_request).changes.empty());
}

TEST_CASE("what a decision leaves out of a first question is done about nobody and forgotten again") {
  const auto rehearsed = [](const AccessDecision& decision) {
    return rehearsal(decision, question(), noon, fresh_request);
  };
  CHECK(rehearsed(request_access(question(), facts({}), noon, fresh_request)).empty());
  const auto left_out =
      rehearsed(request_access(question(), facts({answered_at(noon - 1min)}), noon, fresh_request));
  REQUIRE(left_out.size() == 3);
  CHECK(std::get<InsertPrivacyRequest>(left_out[0]).request.address->text() == "nobody@example.org");
  CHECK(std::get<EnqueueLetter>(left_out[1]).kind == LetterKind::privacy);
  CHECK(std::get<ForgetPrivacyRequest>(left_out[2]).request == fresh_request);
}

TEST_CASE("a blocked address gets no letter, and its request waits for an officer once") {
  auto blocked = facts();
  blocked.suppressions = {{asker, std::nullopt, SuppressionKind::blocked, noon - 24h, std::nullopt}};
  const auto decision = request_access(question(), blocked, noon, fresh_request);
  CHECK(decision.outcome == AccessDecision::Outcome::left_to_officer);
  CHECK(in_changes<EnqueueLetter>(decision.changes) == nullptr);
  blocked.requests = {in_changes<InsertPrivacyRequest>(decision.changes)->request};
  CHECK(request_access(question(), blocked, noon + 48h, fresh_request).changes.empty());
}

TEST_CASE("whoever restricted processing still gets the link, since only they can lift it") {
  auto restricted = facts();
  restricted.suppressions = {{asker, std::nullopt, SuppressionKind::restricted, noon - 24h, std::nullopt}};
  CHECK(request_access(question(), restricted, noon, fresh_request).outcome ==
        AccessDecision::Outcome::asked);
}

TEST_CASE("the link works until its day is over, and no longer than its address is there") {
  auto link = answered_at(noon);
  const auto end = noon + privacy_link_life;
  CHECK(link_state(link, end - 1ms) == PrivacyLink::open);
  CHECK(link_state(link, end) == PrivacyLink::over);
  CHECK(link_state(std::nullopt, noon) == PrivacyLink::over);
  link.address.reset();
  CHECK(link_state(link, noon) == PrivacyLink::over);
}

TEST_CASE("the letter's delivery closes the request; one that cannot be delivered leaves it to the officer") {
  const LetterPolicy policy{{1min}};
  const auto link = answered_at(noon);
  const auto accepted = record_privacy_letter_result({link, 0, DeliveryOutcome::accepted}, policy, noon, 0);
  CHECK(in_changes<ClosePrivacyRequest>(accepted)->end.outcome == RequestOutcome::answered);
  CHECK(in_changes<ClosePrivacyRequest>(accepted)->end.kept_until == end_of({}, noon));
  const auto refused = record_privacy_letter_result({link, 0, DeliveryOutcome::refused}, policy, noon, 0);
  CHECK(in_changes<RemoveLetter>(refused) != nullptr);
  CHECK(in_changes<ClosePrivacyRequest>(refused) == nullptr);
  const auto later = record_privacy_letter_result({link, 0, DeliveryOutcome::temporary}, policy, noon, 0);
  CHECK(in_changes<RescheduleLetter>(later)->due_at == noon + 1min);
  const auto too_late = record_privacy_letter_result({link, 9, DeliveryOutcome::temporary}, policy,
                                                     noon + privacy_link_life - 1min, 0);
  CHECK(in_changes<RemoveLetter>(too_late) != nullptr);
}

TEST_CASE("that nothing is held is not remembered for years") {
  auto nothing = answered_at(noon);
  nothing.link_until.reset();
  const auto changes =
      record_privacy_letter_result({nothing, 0, DeliveryOutcome::accepted}, {{1min}}, noon, 0);
  CHECK(in_changes<ClosePrivacyRequest>(changes)->end.kept_until == noon + 24h * 30);
}

TEST_CASE("what the link was used for is noted, and stands in the officer's list as handled") {
  auto link = answered_at(noon);
  link.used = {PrivacyRight::correction};
  const auto changes = note_exercise({link, PrivacyRight::objection}, noon, fresh_request);
  CHECK(in_changes<UsePrivacyLink>(changes)->used ==
        std::vector{PrivacyRight::correction, PrivacyRight::objection});
  const auto& handled = in_changes<InsertPrivacyRequest>(changes)->request;
  CHECK_FALSE(handled.address.has_value());
  CHECK(handled.end->at == noon);
  CHECK(was_used_for(link, PrivacyRight::correction));
  CHECK_FALSE(was_used_for(link, PrivacyRight::objection));
}

TEST_CASE("names of rights and outcomes are read back as they are written, others are none") {
  for (const auto right : {PrivacyRight::access, PrivacyRight::correction, PrivacyRight::restriction,
                           PrivacyRight::lifting, PrivacyRight::objection, PrivacyRight::erasure}) {
    CHECK(privacy_right_from(to_text(right)) == right);
  }
  CHECK_FALSE(privacy_right_from("everything").has_value());
  CHECK_FALSE(privacy_right_from("").has_value());
  CHECK_FALSE(request_outcome_from("Done").has_value());
}
