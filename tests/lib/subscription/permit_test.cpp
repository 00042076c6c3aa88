// A permission meets what is known about the person, as values: no store, no clock.
#include "lib/subscription/permit.hpp"

#include "lib/base/hash.hpp"
#include "lib/privacy/erase.hpp"
#include "lib/proof/proof.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "lib/subscription/in_force.hpp"
#include "lib/suppression/unblock.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

using Permitted = PermitDecision::Outcome;

const Fingerprint customer{sha256("anna")};
const FreshPermit fresh_ids{Id{11}, Id{12}, sha256("salt")};

Permission permission() {
  return {.address = EmailAddress::parse("anna@example.org").value(),
          .list = "news",
          .name = PersonName::parse("Anna").value(),
          .basis = LegalBasis::existing_customer,
          .purchase_reference = "order 4711",
          .purchased_at = "2026-11-20",
          .notice = make_wording("You can object at any time.", {}),
          .address_source = "order form"};
}

PermitDecision permitted(const PermitFacts& facts, Instant now = noon) {
  return permit(permission(), "import", facts, now, fresh_ids);
}

// Subscribed on what `permitted` gives to somebody nobody knows.
PermitFacts subscribed_by_permission() {
  const auto decision = permitted({customer, {}, {}, {}});
  return {customer, decision.subscription, std::get<InsertSignup>(decision.changes.at(0)).signup, {}};
}

PermitFacts subscribed_by_consent(Instant requested_at = noon - 2h) {
  auto facts = subscribed_by_permission();
  facts.rests_on->basis = LegalBasis::double_opt_in;
  facts.rests_on->requested_at = requested_at;
  return facts;
}

EndFacts standing_of(const PermitFacts& facts) {
  return {customer, "news", facts.subscription, {*facts.rests_on}, std::nullopt};
}

Record record_in(const Changes& changes) {
  for (const auto& change : changes) {
    if (const auto* appended = std::get_if<AppendRecord>(&change)) return appended->record;
  }
  throw std::logic_error("no record");
}

Suppression rule_of_kind(SuppressionKind kind, Instant since, std::optional<std::string> list = "news") {
  return {customer, std::move(list), kind, since, std::nullopt};
}

}  // namespace

TEST_CASE("a permission is in force at once, without a letter, with one record that says all of it") {
  const auto decision = permitted({customer, {}, {}, {}});
  CHECK(decision.outcome == Permitted::permitted);
  REQUIRE(decision.changes.size() == 4);
  const auto signup = std::get<InsertSignup>(decision.changes[0]).signup;
  CHECK(signup.state == SignupState::confirmed);
  CHECK(signup.basis == LegalBasis::existing_customer);
  CHECK_FALSE(signup.letter);
  CHECK(signup.confirmed_at == noon);
  CHECK(decision.subscription->nonce == Id{12});
  CHECK(std::get<OweReceiver>(decision.changes[2]).list == "news");  // the provider has to know
  const auto record = std::get<AppendRecord>(decision.changes[3]).record;
  CHECK(record.kind == RecordKind::imported);
  CHECK_FALSE(record.origin.ip);
  CHECK(record.details == Json({{"basis", "existing_customer"},
                                {"method", "import"},
                                {"purchase_reference", "order 4711"},
                                {"purchased_at", "2026-11-20"},
                                {"notice", to_hex(permission().notice.sha256)},
                                {"address_source", "order form"}}));
  CHECK(hashes_named_by(to_json(record)).texts == std::vector{to_hex(permission().notice.sha256)});
}

TEST_CASE("whoever is subscribed already stays what they are, and nothing is recorded") {
  const auto again = permitted(subscribed_by_permission());
  CHECK(again.outcome == Permitted::already);
  CHECK(again.basis == LegalBasis::existing_customer);
  CHECK(again.changes.empty());
  const auto consented = permitted(subscribed_by_consent());
  CHECK(consented.outcome == Permitted::already);
  CHECK(consented.basis == LegalBasis::double_opt_in);
  CHECK(consented.subscription);
}

TEST_CASE("a consent that overtook the rule for every list is still one") {
  auto facts = subscribed_by_consent();
  facts.suppressions = {rule_of_kind(SuppressionKind::unsubscribed, noon - 3h, std::nullopt)};
  CHECK(permitted(facts).outcome == Permitted::already);
  facts.suppressions[0].since = facts.rests_on->requested_at;
  CHECK(permitted(facts).outcome == Permitted::suppressed);
}

TEST_CASE("no permission overrides a rule, of whatever kind and however old") {
  for (const auto kind : {SuppressionKind::unsubscribed, SuppressionKind::blocked}) {
    for (const auto since : {Instant{}, noon - 24h * 365 * 3, noon, noon + 1h}) {
      const auto decision = permitted({customer, {}, {}, {rule_of_kind(kind, since)}});
      CHECK(decision.outcome == Permitted::suppressed);
      CHECK(decision.changes.empty());
      CHECK_FALSE(decision.subscription);
    }
  }
}

TEST_CASE("who has left is not permitted again, even when the rule itself is forgotten already") {
  auto facts = subscribed_by_permission();
  facts.subscription->state = SubscriptionState::unsubscribed;
  facts.subscription->ended_at = noon;
  CHECK(permitted(facts, noon + 24h).outcome == Permitted::suppressed);
}

TEST_CASE("whatever is known, a permission changes no rule and subscribes nobody against one") {
  CHECK(rc::check([] {
    auto facts = *rc::gen::arbitrary<bool>() ? subscribed_by_consent() : subscribed_by_permission();
    facts.subscription->state = *rc::gen::element(
        SubscriptionState::confirmed, SubscriptionState::unsubscribed, SubscriptionState::blocked);
    if (*rc::gen::arbitrary<bool>()) facts.subscription.reset();
    const auto rules = *rc::gen::container<std::vector<std::pair<bool, int>>>(
        rc::gen::pair(rc::gen::arbitrary<bool>(), rc::gen::inRange(-100, 100)));
    for (const auto& [blocked, hours] : rules) {
      facts.suppressions.push_back(
          rule_of_kind(blocked ? SuppressionKind::blocked : SuppressionKind::unsubscribed,
                       noon + std::chrono::hours(hours)));
    }
    const auto decision = permitted(facts);
    for (const auto& change : decision.changes) {
      RC_ASSERT(!std::holds_alternative<Suppress>(change));
      RC_ASSERT(!std::holds_alternative<LiftSuppression>(change));
      RC_ASSERT(!std::holds_alternative<SetSignupState>(change));
    }
    if (decision.outcome == Permitted::permitted) {
      RC_ASSERT(facts.suppressions.empty() && !facts.subscription);
    } else {
      RC_ASSERT(decision.changes.empty());
    }
    if (decision.outcome == Permitted::already) {
      RC_ASSERT(may_be_mailed(*facts.subscription, facts.rests_on, facts.suppressions));
    }
  }));
}

TEST_CASE("a permission is newer than no withdrawal, a consent only than earlier ones") {
  const auto permission_held = *subscribed_by_permission().rests_on;
  const auto consent_held = *subscribed_by_consent().rests_on;
  CHECK_FALSE(overtakes(permission_held, rule_of_kind(SuppressionKind::unsubscribed, Instant{})));
  CHECK(overtakes(consent_held, rule_of_kind(SuppressionKind::unsubscribed, noon - 3h)));
  CHECK_FALSE(overtakes(consent_held, rule_of_kind(SuppressionKind::unsubscribed, noon - 2h)));
  CHECK_FALSE(overtakes(consent_held, rule_of_kind(SuppressionKind::blocked, Instant{})));
}

TEST_CASE("a permitted person leaves like any other, and every record says what it was") {
  const auto facts = subscribed_by_permission();
  const Ending ending{SuppressionKind::blocked, "page", std::nullopt, {}};
  const auto left = end_subscription(ending, standing_of(facts), {}, noon + 1h, sha256("end"));
  CHECK(left.outcome == EndDecision::Outcome::ended);
  CHECK(record_in(left.changes).details.at("basis") == "existing_customer");
  auto blocked = *facts.subscription;
  blocked.state = SubscriptionState::blocked;
  const auto lifted = unblock({"command", "ticket 13", {}},
                              {rule_of_kind(SuppressionKind::blocked, noon), blocked, facts.rests_on}, {},
                              noon + 2h, sha256("unblock"));
  CHECK(record_in(lifted).details.at("basis") == "existing_customer");
}

TEST_CASE(
    "the record of an end says how, by which link, and until when its evidence is held, and marks no double "
    "opt-in") {
  const Ending ending{SuppressionKind::unsubscribed, "page", std::nullopt, {}};
  const auto left = end_subscription(ending, standing_of(subscribed_by_consent()), {}, noon, sha256("end"));
  CHECK(record_in(left.changes).details == Json({{"method", "page"},
                                                 {"token_sha256", nullptr},
                                                 {"held_until", to_rfc3339(end_of(ProofWindow{}, noon))}}));
}

TEST_CASE("a permitted customer who signs up and confirms has a consent, with the link they know") {
  const auto facts = subscribed_by_permission();
  auto pending = *facts.rests_on;
  pending.id = Id{21};
  pending.basis = LegalBasis::double_opt_in;
  pending.state = SignupState::pending;
  pending.confirmed_at.reset();
  pending.expires_at = noon + 24h;
  const auto confirmed =
      confirm_signup({sha256("token"), "page", {}}, {pending, {}, facts.subscription}, noon + 1h, {});
  CHECK(confirmed.subscription->signup == Id{21});
  CHECK(confirmed.subscription->nonce == facts.subscription->nonce);
  CHECK(permitted({customer, confirmed.subscription, pending, {}}).basis == LegalBasis::double_opt_in);
}

TEST_CASE("the receipt of an erasure calls a permission no consent") {
  const ErasureFacts facts{standing_of(subscribed_by_permission()), {4}, {}};
  const auto erased = erase({sha256("declaration"), "api", {}}, facts, {}, noon + 1h, {});
  CHECK(erased.outcome == ErasureDecision::Outcome::erased);
  std::vector<BasisPeriod> periods;
  for (const auto& change : erased.changes) {
    if (const auto* kept = std::get_if<KeepReceipt>(&change)) periods = kept->receipt.periods;
  }
  REQUIRE(periods.size() == 1);
  periods.push_back({LegalBasis::double_opt_in, noon, noon + 1h});
  const auto read = periods_from_json(to_json(periods));
  CHECK(permissions_among(read) ==
        Json::array(
            {{{"basis", "existing_customer"}, {"permitted_at", to_rfc3339(noon)}, {"ended_at", nullptr}}}));
  CHECK(consents_among(read) == Json::array({{{"basis", "double_opt_in"},
                                              {"consent_given_at", to_rfc3339(noon)},
                                              {"consent_withdrawn_at", to_rfc3339(noon + 1h)}}}));
}

TEST_CASE("without the declaration the evidence of a permission is kept, and nobody is mailed") {
  const ErasureFacts facts{standing_of(subscribed_by_permission()), {4}, {}};
  const auto refused = erase({std::nullopt, "api", {}}, facts, {}, noon + 1h, {});
  CHECK(refused.outcome == ErasureDecision::Outcome::restricted);
  CHECK(record_in(refused.changes).details.at("basis") == "existing_customer");
}
