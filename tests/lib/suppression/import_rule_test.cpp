// Rules from the system that was used before, as values: no store, no clock.
#include "lib/suppression/import_rule.hpp"

#include "lib/base/hash.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

using Imported = ImportDecision::Outcome;

const auto long_ago = noon - 24h * 30;
const ProofWindow three_years{};

ImportTerms import_terms() {
  return {.list = std::nullopt,
          .kind = SuppressionKind::unsubscribed,
          .known_lists = {"news", "offers"},
          .key = {sha256("key")},
          .window = three_years,
          .changed_at = noon - 1h,
          .now = noon};
}

SuppressionRow row_since(const std::string& since) {
  return {.email = "anna@example.org", .fingerprint = "", .list = "", .kind = "", .since = since};
}

std::string refusal_of(const SuppressionRow& row) {
  const auto rule = imported_rule(row, import_terms());
  return rule ? "" : rule.error();
}

std::string since_read(const std::string& since) {
  const auto rule = imported_rule(row_since(since), import_terms());
  return rule ? to_rfc3339(rule->since) : rule.error();
}

Suppression old_rule(SuppressionKind kind, std::optional<std::string> list = std::nullopt,
                     Instant since = long_ago) {
  Suppression rule{{sha256("anna")}, std::move(list), kind, since, std::nullopt};
  if (kind == SuppressionKind::unsubscribed) rule.until = end_of(three_years, since);
  return rule;
}

EndFacts subscribed(Instant requested_at, SubscriptionState state = SubscriptionState::confirmed) {
  const auto address = EmailAddress::parse("anna@example.org").value();
  const bool is_confirmed = state == SubscriptionState::confirmed;
  const Signup consent{
      .id = Id{1},
      .list = "news",
      .fingerprint = {sha256("anna")},
      .address = address,
      .name = std::nullopt,
      .locale = "de",
      .letter = {},
      .state = is_confirmed ? SignupState::confirmed : SignupState::withdrawn,
      .requested_at = requested_at,
      .expires_at = requested_at + 24h,
      .confirmed_at = requested_at + 1min,
  };
  const std::optional<Instant> ended_at = is_confirmed ? std::nullopt : std::optional(requested_at + 1h);
  return {.person = {sha256("anna")},
          .list = "news",
          .subscription =
              Subscription{"news", {sha256("anna")}, Id{2}, Id{1}, requested_at + 1min, state, ended_at},
          .signups = {consent},
          .rule = std::nullopt};
}

ImportDecision imported(const Suppression& rule, std::optional<Suppression> known,
                        std::vector<EndFacts> standings = {}) {
  const std::vector<Digest> salts(standings.size(), sha256("salt"));
  return import_rule(rule, {std::move(known), std::move(standings)}, three_years, noon, salts);
}

template <typename Kind>
std::vector<Kind> all_of_kind(const Changes& changes) {
  std::vector<Kind> found;
  for (const auto& change : changes) {
    if (const auto* one = std::get_if<Kind>(&change)) found.push_back(*one);
  }
  return found;
}

}  // namespace

TEST_CASE("a row means its address, its own fingerprint or nobody") {
  const auto by_address = imported_rule(row_since("2026-01-02T03:04:05+01:00"), import_terms());
  REQUIRE(by_address);
  const auto person = fingerprint_of(EmailAddress::parse("ANNA@example.org").value(), import_terms().key);
  CHECK(by_address->person == person);
  CHECK(to_rfc3339(by_address->since) == "2026-01-02T02:04:05.000Z");
  CHECK(by_address->until == end_of(three_years, by_address->since));
  SuppressionRow hashed{
      .email = "", .fingerprint = to_hex(person.bytes), .list = "news", .kind = "blocked", .since = ""};
  const auto by_fingerprint = imported_rule(hashed, import_terms());
  REQUIRE(by_fingerprint);
  CHECK(by_fingerprint->person == person);
  CHECK(by_fingerprint->list == "news");
  CHECK_FALSE(by_fingerprint->until);
  hashed.email = "anna@example.org";
  CHECK(refusal_of(hashed) == "both email and fingerprint");
  hashed.email = hashed.fingerprint = "";
  CHECK(refusal_of(hashed) == "neither email nor fingerprint");
  hashed.fingerprint = "ABC";
  CHECK(refusal_of(hashed) == "fingerprint is not 64 lower-case hexadecimal digits");
}

TEST_CASE("what a row does not say comes from the command, and from the file's last change") {
  auto terms = import_terms();
  terms.list = "offers";
  terms.kind = SuppressionKind::blocked;
  auto rule = imported_rule(row_since(""), terms);
  REQUIRE(rule);
  CHECK(rule->list == "offers");
  CHECK(rule->kind == SuppressionKind::blocked);
  CHECK(rule->since == noon - 1h);
  auto row = row_since("");
  row.list = "news";
  row.kind = "unsubscribed";
  rule = imported_rule(row, terms);
  REQUIRE(rule);
  CHECK(rule->list == "news");
  CHECK(rule->kind == SuppressionKind::unsubscribed);
}

TEST_CASE("a date means the end of its day, yet nothing later than the file") {
  CHECK(since_read("2026-01-02") == "2026-01-02T23:59:59.999Z");
  CHECK(since_read("2026-11-22") == "2026-11-22T23:59:59.999Z");
  CHECK(since_read("2026-11-23") == "2026-11-23T11:00:00.000Z");
  CHECK(since_read("2026-11-23T12:00:00Z") == "2026-11-23T12:00:00.000Z");
}

TEST_CASE("nobody has left in the future, before there was mail, or on a day that never was") {
  CHECK(since_read("2026-11-23T12:00:00.001Z") == "since is in the future");
  CHECK(since_read("2026-11-24") == "since is in the future");
  CHECK(since_read("1969-12-31") == "since is before 1970");
  for (const auto* since : {"2026-02-29", "23.11.2026", "2026-11-23T12:00:00", "yesterday", "2026-1-2"}) {
    CHECK(since_read(since).starts_with("since must be a date"));
  }
}

TEST_CASE("a refusal says why and never who") {
  for (const auto* address :
       {"anna at example.org", "anna@", "\"anna\"@example.org", "anna\n@example.org", "anna"}) {
    auto row = row_since("");
    row.email = address;
    CHECK(refusal_of(row).starts_with("not an e-mail address: "));
    CHECK(refusal_of(row).find("anna") == std::string::npos);
  }
  auto row = row_since("");
  row.list = "anna@example.org";
  CHECK(refusal_of(row) == "list is not one of the configuration");
  row.list = "";
  row.kind = "anna@example.org";
  CHECK(refusal_of(row) == "kind is neither unsubscribed nor blocked");
}

TEST_CASE("a file too old to stand for a missing date is no reason to mail its people again") {
  auto terms = import_terms();
  terms.changed_at = noon - 24h * 365 * 4;
  CHECK_FALSE(imported_rule(row_since(""), terms));
  terms.kind = SuppressionKind::blocked;
  CHECK(imported_rule(row_since(""), terms));
}

TEST_CASE("a new rule is kept, the same rule again changes nothing") {
  const auto rule = old_rule(SuppressionKind::unsubscribed);
  const auto first = imported(rule, std::nullopt);
  CHECK(first.outcome == Imported::kept);
  const auto kept = all_of_kind<Suppress>(first.changes);
  REQUIRE(kept.size() == 1);
  const auto second = imported(rule, kept[0].rule);
  CHECK(second.outcome == Imported::known);
  CHECK(second.changes.empty());
}

TEST_CASE("no row weakens or shortens a rule that is known") {
  const auto known_block = old_rule(SuppressionKind::blocked, std::nullopt, long_ago - 1h);
  CHECK(imported(old_rule(SuppressionKind::unsubscribed), known_block).outcome == Imported::known);
  const auto later = old_rule(SuppressionKind::unsubscribed, std::nullopt, noon);
  CHECK(imported(old_rule(SuppressionKind::unsubscribed), later).outcome == Imported::known);
  const auto block = imported(old_rule(SuppressionKind::blocked), later);
  CHECK(block.outcome == Imported::kept);
  CHECK(all_of_kind<Suppress>(block.changes).at(0).rule.kind == SuppressionKind::blocked);
}

TEST_CASE("a rule whose window has ended is not kept, to the millisecond; a block has no window") {
  auto rule = old_rule(SuppressionKind::unsubscribed);
  rule.until = noon;
  CHECK(imported(rule, std::nullopt).outcome == Imported::over);
  CHECK(imported(rule, std::nullopt).changes.empty());
  rule.until = noon + Duration(1);
  CHECK(imported(rule, std::nullopt).outcome == Imported::kept);
  CHECK(imported(old_rule(SuppressionKind::blocked, std::nullopt, Instant{}), std::nullopt).outcome ==
        Imported::kept);
}

TEST_CASE("who had left there after asking for it here is unsubscribed here too, with a record") {
  const auto decision =
      imported(old_rule(SuppressionKind::unsubscribed), std::nullopt, {subscribed(long_ago)});
  CHECK(decision.outcome == Imported::kept);
  CHECK(decision.ended == 1);
  const auto records = all_of_kind<AppendRecord>(decision.changes);
  REQUIRE(records.size() == 1);
  CHECK(records[0].record.kind == RecordKind::unsubscribed);
  CHECK(records[0].record.at == noon);
  CHECK(records[0].record.details.at("method") == "import");
  CHECK(all_of_kind<EndSubscription>(decision.changes).at(0).state == SubscriptionState::unsubscribed);
  CHECK(all_of_kind<WithdrawSignup>(decision.changes).size() == 1);
  const auto rules = all_of_kind<Suppress>(decision.changes);
  REQUIRE(rules.size() == 2);
  CHECK_FALSE(rules[0].rule.list);
  CHECK(rules[0].rule.since == long_ago);
  CHECK(rules[1].rule.list == "news");
}

TEST_CASE("also when the leaving itself is so long ago that no rule is kept for it") {
  auto rule = old_rule(SuppressionKind::unsubscribed);
  rule.until = noon;
  const auto decision = imported(rule, std::nullopt, {subscribed(long_ago)});
  CHECK(decision.outcome == Imported::over);
  CHECK(decision.ended == 1);
}

TEST_CASE("a consent that was asked for later than somebody left there is not touched") {
  const auto later = subscribed(long_ago + Duration(1));
  const auto for_all = imported(old_rule(SuppressionKind::unsubscribed), std::nullopt, {later});
  CHECK(for_all.ended == 0);
  CHECK(for_all.outcome == Imported::kept);
  CHECK(for_all.changes.size() == 1);
  const auto for_one = imported(old_rule(SuppressionKind::unsubscribed, "news"), std::nullopt, {later});
  CHECK(for_one.outcome == Imported::overtaken);
  CHECK(for_one.changes.empty());
}

TEST_CASE("a permission ends by any rule from there, since it is newer than no withdrawal") {
  auto permitted = subscribed(long_ago + 24h);
  permitted.signups[0].basis = LegalBasis::existing_customer;
  for (const auto& list : {std::optional<std::string>(), std::optional<std::string>("news")}) {
    const auto decision = imported(old_rule(SuppressionKind::unsubscribed, list), std::nullopt, {permitted});
    CHECK(decision.outcome == Imported::kept);
    CHECK(decision.ended == 1);
    CHECK(all_of_kind<AppendRecord>(decision.changes).at(0).record.details.at("basis") ==
          "existing_customer");
  }
}

TEST_CASE("a block ends every subscription, and says more than an unsubscription did") {
  const auto decision = imported(old_rule(SuppressionKind::blocked), std::nullopt, {subscribed(noon - 1h)});
  CHECK(decision.ended == 1);
  CHECK(all_of_kind<AppendRecord>(decision.changes).at(0).record.kind == RecordKind::blocked);
  const auto left = subscribed(noon - 2h, SubscriptionState::unsubscribed);
  const auto again = imported(old_rule(SuppressionKind::blocked), std::nullopt, {left});
  CHECK(again.ended == 0);
  CHECK(all_of_kind<EndSubscription>(again.changes).at(0).state == SubscriptionState::blocked);
  const auto blocked = subscribed(noon - 2h, SubscriptionState::blocked);
  CHECK(all_of_kind<EndSubscription>(
            imported(old_rule(SuppressionKind::blocked), std::nullopt, {blocked}).changes)
            .empty());
}

TEST_CASE("on exactly one list the stricter rule of its ending stays") {
  const auto decision =
      imported(old_rule(SuppressionKind::unsubscribed, "news"), std::nullopt, {subscribed(long_ago)});
  CHECK(decision.outcome == Imported::kept);
  const auto rules = all_of_kind<Suppress>(decision.changes);
  REQUIRE(rules.size() == 1);
  CHECK(rules[0].rule.since == noon);
}

TEST_CASE("whatever is imported in whatever order, a person is at least as suppressed as before") {
  CHECK(rc::check([] {
    std::optional<Suppression> known;
    const auto rows = *rc::gen::container<std::vector<std::pair<bool, int>>>(
        rc::gen::pair(rc::gen::arbitrary<bool>(), rc::gen::inRange(0, 2000)));
    for (const auto& [blocked, days] : rows) {
      const auto kind = blocked ? SuppressionKind::blocked : SuppressionKind::unsubscribed;
      const auto decision = imported(old_rule(kind, std::nullopt, noon - 24h * days), known);
      for (const auto& change : all_of_kind<Suppress>(decision.changes)) {
        if (known) {
          RC_ASSERT(change.rule.kind == SuppressionKind::blocked || known->kind != SuppressionKind::blocked);
          RC_ASSERT(change.rule.kind != known->kind || change.rule.since >= known->since);
          RC_ASSERT(!change.rule.until || (known->until && *change.rule.until >= *known->until));
        }
        known = change.rule;
      }
    }
  }));
}
