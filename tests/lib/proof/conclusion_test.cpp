#include "lib/proof/conclusion.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

// Records of these kinds, one on each day from 1 March 2027 on. What is imported is an existing customer.
std::vector<Json> daily(const std::vector<std::string>& kinds) {
  std::vector<Json> records;
  for (const auto& kind : kinds) {
    const auto at = parse_rfc3339("2027-03-01T08:00:00.000Z").value() + std::chrono::days{records.size()};
    const auto details = kind == "imported" ? Json{{"basis", "existing_customer"}} : Json::object();
    records.push_back({{"kind", kind}, {"at", to_rfc3339(at)}, {"details", details}});
  }
  return records;
}

Json day(int of_march, int year = 2027) {
  return std::to_string(year) + "-03-0" + std::to_string(of_march) + "T08:00:00.000Z";
}

Json concluded(const Json& state, const Json& given, const Json& withdrawn, const Json& until) {
  return {{"state", state},
          {"consent_given_at", given},
          {"consent_withdrawn_at", withdrawn},
          {"held_until", until}};
}

Json conclusion_of(const std::vector<std::string>& kinds) { return conclude(daily(kinds), {}); }

}  // namespace

TEST_CASE("before a confirmation nothing is concluded but that it is pending") {
  CHECK(conclusion_of({}) == concluded("pending", nullptr, nullptr, nullptr));
  CHECK(conclusion_of({"signup_requested", "letter_sent", "letter_failed"}) ==
        concluded("pending", nullptr, nullptr, nullptr));
}

TEST_CASE("a confirmation gives consent, which is held without an end while it stands") {
  CHECK(conclusion_of({"signup_requested", "letter_sent", "confirmed"}) ==
        concluded("confirmed", day(3), nullptr, nullptr));
}

TEST_CASE("the last confirmation is the one that counts") {
  CHECK(conclusion_of({"confirmed", "signup_requested", "confirmed"}) ==
        concluded("confirmed", day(3), nullptr, nullptr));
}

TEST_CASE("an unsubscription or a block withdraws consent, and three years later nothing is held") {
  for (const char* kind : {"unsubscribed", "blocked"}) {
    CHECK(conclusion_of({"signup_requested", "confirmed", kind}) ==
          concluded(kind, day(2), day(3), day(3, 2030)));
  }
}

TEST_CASE(
    "the first withdrawal after the confirmation is the one that counts, the last one names the state") {
  CHECK(conclusion_of({"confirmed", "unsubscribed", "blocked"}) ==
        concluded("blocked", day(1), day(2), day(2, 2030)));
  CHECK(conclusion_of({"confirmed", "blocked", "unsubscribed"}) ==
        concluded("unsubscribed", day(1), day(2), day(2, 2030)));
}

TEST_CASE("lifting a block gives no consent back") {
  CHECK(conclusion_of({"confirmed", "blocked", "unblocked"}) ==
        concluded("unblocked", day(1), day(2), day(2, 2030)));
}

TEST_CASE("a new sign-up changes nothing before its confirmation") {
  CHECK(conclusion_of({"confirmed", "unsubscribed", "signup_requested", "letter_sent"}) ==
        concluded("unsubscribed", day(1), day(2), day(2, 2030)));
}

TEST_CASE("a new confirmation begins afresh: the earlier withdrawal is history") {
  CHECK(conclusion_of({"confirmed", "unsubscribed", "signup_requested", "confirmed"}) ==
        concluded("confirmed", day(4), nullptr, nullptr));
  CHECK(conclusion_of({"confirmed", "unsubscribed", "confirmed", "blocked"}) ==
        concluded("blocked", day(3), day(4), day(4, 2030)));
}

TEST_CASE("where no consent was given none is withdrawn, and the state is said all the same") {
  CHECK(conclusion_of({"blocked"}) == concluded("blocked", nullptr, nullptr, nullptr));
  CHECK(conclusion_of({"unsubscribed", "confirmed"}) == concluded("confirmed", day(2), nullptr, nullptr));
}

TEST_CASE("a permission gives no consent, and its end withdraws none, but its evidence has an end too") {
  CHECK(conclusion_of({"imported"}) == concluded("imported", nullptr, nullptr, nullptr));
  for (const char* kind : {"unsubscribed", "blocked"}) {
    CHECK(conclusion_of({"imported", kind}) == concluded(kind, nullptr, nullptr, day(2, 2030)));
  }
  CHECK(conclude_permission(daily({"imported"})) == Json({{"permitted_at", day(1)}, {"ended_at", nullptr}}));
  CHECK(conclude_permission(daily({"imported", "signup_requested", "unsubscribed", "blocked"})) ==
        Json({{"permitted_at", day(1)}, {"ended_at", day(3)}}));
}

TEST_CASE("a consent given after a permission is one, and a permission takes no withdrawal back") {
  CHECK(conclusion_of({"imported", "signup_requested", "confirmed"}) ==
        concluded("confirmed", day(3), nullptr, nullptr));
  CHECK(conclusion_of({"imported", "unsubscribed", "confirmed", "blocked"}) ==
        concluded("blocked", day(3), day(4), day(4, 2030)));
  CHECK(conclusion_of({"confirmed", "unsubscribed", "imported"}) ==
        concluded("imported", day(1), day(2), nullptr));
  CHECK(conclude_permission(daily({"imported", "confirmed"})) == nullptr);
  CHECK(conclude_permission(daily({"signup_requested", "unsubscribed"})) == nullptr);
}

TEST_CASE("of an erased person only the erasure is left") {
  CHECK(conclusion_of({"erased"}) == concluded("erased", nullptr, nullptr, nullptr));
  CHECK(conclusion_of({"confirmed", "unsubscribed", "erased"}) ==
        concluded("erased", day(1), day(2), day(2, 2030)));
}

TEST_CASE("records of other kinds decide nothing") {
  CHECK(conclusion_of({"confirmed", "provider_changed", "foreign_change", "corrected", "restricted",
                       "unrestricted", "proof_issued", "restored", "moon_phase"}) ==
        concluded("confirmed", day(1), nullptr, nullptr));
}

TEST_CASE("what is held until when is for the proof window to say") {
  auto records = daily({"confirmed", "unsubscribed"});
  const auto until = [&](const ProofWindow& window) { return conclude(records, window).at("held_until"); };
  CHECK(until({}) == day(2, 2030));
  CHECK(until({.years = 1, .shorter = {}}) == day(2, 2028));
  CHECK(until({.years = 3, .shorter = std::chrono::days{7}}) == day(9));
  records[1]["at"] = "2028-02-29T23:59:59.999Z";
  CHECK(until({}) == "2031-02-28T23:59:59.999Z");
}

TEST_CASE(
    "a consent of foreign origin is neither a consent given here nor a permission, and its evidence has an "
    "end") {
  auto records = daily({"imported", "unsubscribed"});
  records[0]["details"]["basis"] = "foreign_consent";
  CHECK(conclude_permission(records) == nullptr);
  CHECK(conclude(records, {}) == concluded("unsubscribed", nullptr, nullptr, day(2, 2030)));
}
