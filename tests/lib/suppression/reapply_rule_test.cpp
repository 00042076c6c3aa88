// A rule of our own that a database copied back from before does not know.
#include "lib/base/hash.hpp"
#include "lib/suppression/import_rule.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const auto left_then = noon - 24h * 100;
const ProofWindow one_year{1, std::nullopt};

EndFacts as_before(Instant asked_at) {
  const Signup consent{.id = Id{1},
                       .list = "news",
                       .fingerprint = {sha256("anna")},
                       .address = EmailAddress::parse("anna@example.org").value(),
                       .name = std::nullopt,
                       .locale = "de",
                       .letter = {},
                       .state = SignupState::confirmed,
                       .requested_at = asked_at,
                       .expires_at = asked_at + 24h,
                       .confirmed_at = asked_at + 1min};
  return {.person = {sha256("anna")},
          .list = "news",
          .subscription = Subscription{"news", {sha256("anna")}, Id{2}, Id{1}, asked_at + 1min},
          .signups = {consent},
          .rule = std::nullopt};
}

Suppression rule_of_then(std::optional<std::string> list,
                         SuppressionKind kind = SuppressionKind::unsubscribed) {
  Suppression rule{{sha256("anna")}, std::move(list), kind, left_then, std::nullopt};
  if (kind == SuppressionKind::unsubscribed) rule.until = end_of(one_year, left_then);
  return rule;
}

ImportDecision reapplied(const Suppression& rule, std::optional<Suppression> known,
                         std::vector<EndFacts> standings) {
  const std::vector<Digest> salts(standings.size(), sha256("salt"));
  return reapply_rule(rule, {std::move(known), std::move(standings)}, one_year, noon, salts);
}

template <typename Kind>
Kind last_of(const Changes& changes) {
  std::optional<Kind> found;
  for (const auto& change : changes) {
    if (const auto* one = std::get_if<Kind>(&change)) found = *one;
  }
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE(
    "who left after the copy was made is off again, since then, and the evidence ends when it would have") {
  for (const auto& list : {std::optional<std::string>("news"), std::optional<std::string>()}) {
    const auto rule = rule_of_then(list);
    const auto decision = reapplied(rule, std::nullopt, {as_before(left_then - 1h)});
    CHECK(decision.outcome == ImportDecision::Outcome::kept);
    CHECK(decision.ended == 1);
    const auto withdrawn = last_of<WithdrawSignup>(decision.changes);
    CHECK(withdrawn.withdrawn_at == left_then);
    CHECK(withdrawn.held_until == end_of(one_year, left_then));
    CHECK(last_of<EndSubscription>(decision.changes).ended_at == left_then);
    const auto record = last_of<AppendRecord>(decision.changes).record;
    CHECK(record.at == left_then);
    CHECK(record.details.at("method") == "restore");
    const auto put_down = last_of<Suppress>(decision.changes).rule;
    CHECK(put_down.since == left_then);
    CHECK(put_down.until == rule.until);
  }
}

TEST_CASE("a consent that was asked for after the leaving stands, but not against a block") {
  const auto later = as_before(left_then + 1h);
  const auto left = reapplied(rule_of_then("news"), std::nullopt, {later});
  CHECK(left.outcome == ImportDecision::Outcome::overtaken);
  CHECK(left.changes.empty());
  const auto blocked = reapplied(rule_of_then("news", SuppressionKind::blocked), std::nullopt, {later});
  CHECK(blocked.ended == 1);
  // Not before it was given.
  CHECK(last_of<WithdrawSignup>(blocked.changes).withdrawn_at == noon);
  CHECK(last_of<Suppress>(blocked.changes).rule.kind == SuppressionKind::blocked);
}

TEST_CASE("whatever the clock says, a rule is put down: retention forgets it, nobody else") {
  auto over = rule_of_then("news");
  over.until = noon - 24h;
  CHECK(reapplied(over, std::nullopt, {}).outcome == ImportDecision::Outcome::kept);
  CHECK(reapplied(over, std::nullopt, {as_before(left_then - 1h)}).ended == 1);
}

TEST_CASE(
    "a rule that is applied again never becomes weaker than the known one, and changes nothing the second "
    "time") {
  const auto block = rule_of_then("news", SuppressionKind::blocked);
  CHECK(reapplied(rule_of_then("news"), block, {}).outcome == ImportDecision::Outcome::known);
  CHECK(reapplied(block, rule_of_then("news"), {}).outcome == ImportDecision::Outcome::kept);
  CHECK(reapplied(block, block, {}).changes.empty());
}
