// Leaving, as values: no store, no clock.
#include "lib/subscription/end_subscription.hpp"

#include "lib/base/hash.hpp"
#include "lib/privacy/erase.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "lib/suppression/unblock.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const ProofWindow window;
const Id consent_id{7};
const Digest end_salt = sha256("end");

Signup consent(SignupState state = SignupState::confirmed) {
  Signup signup{.id = consent_id,
                .list = "news",
                .fingerprint = {sha256("anna")},
                .address = EmailAddress::parse("anna@example.org").value(),
                .name = std::nullopt,
                .locale = "de",
                .letter = {},
                .state = state,
                .requested_at = noon - 2h,
                .expires_at = noon + 24h};
  if (state == SignupState::confirmed || state == SignupState::withdrawn) signup.confirmed_at = noon - 1h;
  return signup;
}

EndFacts subscribed(SubscriptionState state = SubscriptionState::confirmed) {
  const auto of =
      consent(state == SubscriptionState::confirmed ? SignupState::confirmed : SignupState::withdrawn);
  Subscription subscription{"news", of.fingerprint, Id{5}, consent_id, noon - 1h, state, {}};
  if (state != SubscriptionState::confirmed) subscription.ended_at = noon - 30min;
  return {of.fingerprint, "news", subscription, {of}, std::nullopt};
}

Ending ending_as(SuppressionKind kind) {
  return {kind, "page", sha256("token"), {"192.0.2.1", IpSource::socket, "B"}};
}

template <typename Kind>
std::vector<Kind> those(const Changes& changes) {
  std::vector<Kind> found;
  for (const auto& change : changes) {
    if (const auto* one = std::get_if<Kind>(&change)) found.push_back(*one);
  }
  return found;
}

Suppression left_at(Instant since) {
  return {{sha256("anna")}, "news", SuppressionKind::unsubscribed, since, std::nullopt};
}

}  // namespace

TEST_CASE("leaving withdraws the consent, puts the rule down and records when and how") {
  const auto decision =
      end_subscription(ending_as(SuppressionKind::unsubscribed), subscribed(), window, noon, end_salt);
  CHECK(decision.outcome == EndDecision::Outcome::ended);
  const auto withdrawn = those<WithdrawSignup>(decision.changes);
  REQUIRE(withdrawn.size() == 1);
  CHECK(withdrawn[0].held_until == end_of(window, noon));
  const auto rule = those<Suppress>(decision.changes).at(0).rule;
  CHECK(rule.kind == SuppressionKind::unsubscribed);
  CHECK(rule.since == noon);
  CHECK(rule.until == end_of(window, noon));
  const auto record = those<AppendRecord>(decision.changes).at(0).record;
  CHECK(record.kind == RecordKind::unsubscribed);
  CHECK(record.details.at("method") == "page");
}

TEST_CASE("leaving again records nothing new") {
  const auto decision = end_subscription(ending_as(SuppressionKind::unsubscribed),
                                         subscribed(SubscriptionState::unsubscribed), window, noon, end_salt);
  CHECK(decision.outcome == EndDecision::Outcome::already);
  CHECK(decision.changes.empty());
}

TEST_CASE("leaving once more moves a rule for a request that it does not cover yet, and then no more") {
  auto facts = subscribed(SubscriptionState::unsubscribed);
  auto asked_again = consent(SignupState::pending);
  asked_again.id = Id{8};
  asked_again.requested_at = noon - 10min;
  facts.signups.push_back(asked_again);
  facts.rule = left_at(noon - 30min);
  const auto leave = [&] {
    return end_subscription(ending_as(SuppressionKind::unsubscribed), facts, window, noon, end_salt);
  };
  const auto first = leave();
  CHECK(first.outcome == EndDecision::Outcome::already);
  CHECK(those<RemoveLetter>(first.changes).size() == 1);
  CHECK(those<Suppress>(first.changes).at(0).rule.since == noon);
  facts.rule = left_at(asked_again.requested_at);
  CHECK(leave().changes.empty());
}

TEST_CASE("a block after an unsubscription keeps the first end of the proof window") {
  const auto decision = end_subscription(ending_as(SuppressionKind::blocked),
                                         subscribed(SubscriptionState::unsubscribed), window, noon, end_salt);
  CHECK(decision.outcome == EndDecision::Outcome::ended);
  CHECK(those<WithdrawSignup>(decision.changes).empty());
  const auto ended = those<EndSubscription>(decision.changes).at(0);
  CHECK(ended.state == SubscriptionState::blocked);
  CHECK(ended.ended_at == noon - 30min);
  CHECK_FALSE(those<Suppress>(decision.changes).at(0).rule.until);
}

TEST_CASE("the rule holds also for somebody who was never subscribed") {
  const EndFacts stranger{{sha256("anna")}, "news", std::nullopt, {}, std::nullopt};
  const auto decision =
      end_subscription(ending_as(SuppressionKind::blocked), stranger, window, noon, end_salt);
  CHECK(decision.outcome == EndDecision::Outcome::nothing_held);
  CHECK(those<Suppress>(decision.changes).size() == 1);
  CHECK(those<AppendRecord>(decision.changes).empty());
}

TEST_CASE("a link asked for before leaving, or in the same millisecond, brings nobody back") {
  const auto pending = consent(SignupState::pending);
  CHECK(link_state(pending, {left_at(pending.requested_at - 1ms)}, noon) == LinkState::open);
  CHECK(link_state(pending, {left_at(pending.requested_at)}, noon) == LinkState::left);
  CHECK(link_state(pending, {left_at(pending.requested_at + 1ms)}, noon) == LinkState::left);
  auto blocked = left_at(pending.requested_at - 24h);
  blocked.kind = SuppressionKind::blocked;
  CHECK(link_state(pending, {blocked}, noon) == LinkState::left);
}

TEST_CASE("a known block is never weakened by an unsubscription") {
  auto blocked = left_at(noon - 24h);
  blocked.kind = SuppressionKind::blocked;
  CHECK(stricter(blocked, left_at(noon)).kind == SuppressionKind::blocked);
  CHECK(stricter(left_at(noon), blocked).kind == SuppressionKind::blocked);
  CHECK(stricter(left_at(noon - 1h), left_at(noon)).since == noon);
}

TEST_CASE("unblocking makes nobody active and counts from now") {
  auto block = left_at(noon - 24h);
  block.kind = SuppressionKind::blocked;
  const auto facts = subscribed(SubscriptionState::blocked);
  const auto changes = unblock({"command", "ticket 13", {}}, {block, facts.subscription, facts.signups[0]},
                               window, noon, end_salt);
  const auto rule = those<Suppress>(changes).at(0).rule;
  CHECK(rule.kind == SuppressionKind::unsubscribed);
  CHECK(rule.since == noon);
  CHECK(those<EndSubscription>(changes).at(0).state == SubscriptionState::unsubscribed);
  CHECK(those<AppendRecord>(changes).at(0).record.details.at("reason") == "ticket 13");
  CHECK(those<UpsertSubscription>(changes).empty());
}

TEST_CASE("a customer who was blocked is not forgotten by being unblocked") {
  auto block = left_at(noon - 24h);
  block.kind = SuppressionKind::blocked;
  auto facts = subscribed(SubscriptionState::blocked);
  const auto until = [&] {
    const auto changes = unblock({"command", "ticket 13", {}}, {block, facts.subscription, facts.signups[0]},
                                 window, noon, end_salt);
    return those<Suppress>(changes).at(0).rule.until;
  };
  CHECK(until() == end_of(window, noon));
  facts.signups[0].basis = LegalBasis::existing_customer;
  CHECK_FALSE(until());
}

TEST_CASE("an individual deletion request is honoured provided the former consent is confirmed with it") {
  const ErasureFacts facts{subscribed(), {4, 9}, {}};
  const auto erased = erase({sha256("declaration"), "api", {}}, facts, window, noon, {});
  CHECK(erased.outcome == ErasureDecision::Outcome::erased);
  CHECK(those<EraseSignup>(erased.changes).size() == 1);
  const auto receipt = those<KeepReceipt>(erased.changes).at(0).receipt;
  CHECK(receipt.periods.at(0).since == noon - 1h);
  CHECK(receipt.kept_until == end_of(window, noon));
  CHECK(those<Suppress>(erased.changes).size() == 1);
  const auto note = those<AppendRecord>(erased.changes).at(0);
  CHECK_FALSE(note.record.email);
  CHECK(note.record.details.at("leaf_indices") == Json({4, 9}));

  const auto refused = erase({std::nullopt, "api", {}}, facts, window, noon, {});
  CHECK(refused.outcome == ErasureDecision::Outcome::restricted);
  CHECK(those<EraseSignup>(refused.changes).empty());
  CHECK(those<WithdrawSignup>(refused.changes).at(0).held_until == refused.kept_until);
}

TEST_CASE("who only signed up and never confirmed is simply erased") {
  const auto pending = consent(SignupState::pending);
  const ErasureFacts facts{{pending.fingerprint, "news", std::nullopt, {pending}, std::nullopt}, {}, {2}};
  const auto erased = erase({std::nullopt, "page", {}}, facts, window, noon, {});
  CHECK(erased.outcome == ErasureDecision::Outcome::erased);
  CHECK(those<EraseSignup>(erased.changes).size() == 1);
  CHECK(those<KeepReceipt>(erased.changes).empty());
  CHECK_FALSE(erased.kept_until);
}

TEST_CASE(
    "leaving as a customer is an objection and is never forgotten, leaving a consent is after its window") {
  auto facts = subscribed();
  const auto rule_after = [&] {
    return those<Suppress>(
               end_subscription(ending_as(SuppressionKind::unsubscribed), facts, window, noon, end_salt)
                   .changes)
        .at(0)
        .rule;
  };
  CHECK(rule_after().until == end_of(window, noon));
  facts.signups[0].basis = LegalBasis::existing_customer;
  CHECK_FALSE(rule_after().until.has_value());
  facts.rule = left_at(noon - 1h);
  facts.rule->until = noon + 1h;
  CHECK_FALSE(rule_after().until.has_value());
}
