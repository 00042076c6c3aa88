// What endpoints are told, and what not any more.
#include "lib/webhook/webhook_message.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/erased_record.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const WebhookWishes everything{{"confirmed", "unsubscribed", "erased"}, {}, false};
const Fingerprint anna{sha256("anna")};

std::string record(RecordKind kind, const std::string& list = "news") {
  return to_canonical_json(to_json(Record{kind, noon, "anna@example.org", list, {}, {{"method", "page"}}}));
}

Signup consent(std::uint8_t number = 1) {
  return {.id = Id{number},
          .list = "news",
          .fingerprint = anna,
          .address = EmailAddress::parse("anna@example.org").value(),
          .name = "Anna",
          .locale = "de",
          .letter = LetterBasis{},
          .state = SignupState::confirmed,
          .requested_at = noon - 1h,
          .expires_at = noon + 24h,
          .confirmed_at = noon};
}

Subscription subscription(SubscriptionState state = SubscriptionState::confirmed, std::uint8_t signup = 1) {
  return {.list = "news", .fingerprint = anna, .signup = Id{signup}, .confirmed_at = noon, .state = state};
}

WebhookFacts facts(RecordKind kind) {
  return {.leaf_index = 7,
          .entry = sha256("entry"),
          .record = record(kind),
          .signup = consent(),
          .subscription = subscription(),
          .rests_on = consent(),
          .rules = {}};
}

Json body_of(const WebhookFacts& facts, const WebhookWishes& wishes = everything) {
  const auto message = webhook_message("shop", wishes, facts);
  REQUIRE(message);
  return Json::parse(message->body);
}

}  // namespace

TEST_CASE("a confirmation is told by fingerprint and ids, without anything else about the person") {
  const auto message = webhook_message("shop", everything, facts(RecordKind::confirmed));
  REQUIRE(message);
  CHECK(Json::parse(message->body) == Json{{"type", "confirmed"},
                                           {"timestamp", to_rfc3339(noon)},
                                           {"data",
                                            {{"leaf_index", 7},
                                             {"at", to_rfc3339(noon)},
                                             {"list", "news"},
                                             {"fingerprint", to_hex(anna.bytes)},
                                             {"signup", to_hex(Id{1})}}}});
  CHECK(message->body.find("anna@") == std::string::npos);
  CHECK(message->body.find("Anna") == std::string::npos);
}

TEST_CASE("the address is told when the operator asks for it") {
  auto wishes = everything;
  wishes.include_address = true;
  CHECK(body_of(facts(RecordKind::confirmed), wishes)["data"]["email"] == "anna@example.org");
}

TEST_CASE("an erasure is told by the places it emptied, and names nobody") {
  const auto record = to_canonical_json(to_json(erased_record({3, 4}, ErasureCause::request, noon)));
  auto wishes = everything;
  wishes.lists = {"offers"};
  wishes.include_address = true;
  CHECK(
      body_of({.leaf_index = 9, .entry = {}, .record = record}, wishes) ==
      Json{{"type", "erased"},
           {"timestamp", to_rfc3339(noon)},
           {"data",
            {{"leaf_index", 9}, {"at", to_rfc3339(noon)}, {"cause", "request"}, {"leaf_indices", {3, 4}}}}});
}

TEST_CASE("the id of a message is the same at each try, and another one for each endpoint and record") {
  const auto id = [](std::string_view endpoint, const std::string& entry) {
    auto one = facts(RecordKind::confirmed);
    one.entry = sha256(entry);
    return webhook_message(endpoint, everything, one)->id;
  };
  CHECK(id("shop", "a") == id("shop", "a"));
  CHECK(id("shop", "a") != id("crm", "a"));
  CHECK(id("shop", "a") != id("shop", "b"));
  CHECK(id("shop", "a").starts_with("msg_"));
  CHECK(id("shop", "a").size() == 36);
}

TEST_CASE("a confirmation is told only while the person may be mailed") {
  const auto is_told = [](auto&& change) {
    auto late = facts(RecordKind::confirmed);
    change(late);
    return webhook_message("shop", everything, late).has_value();
  };
  CHECK(is_told([](WebhookFacts&) {}));
  CHECK_FALSE(
      is_told([](WebhookFacts& late) { late.subscription->state = SubscriptionState::unsubscribed; }));
  CHECK_FALSE(is_told([](WebhookFacts& late) { late.subscription.reset(); }));
  CHECK_FALSE(is_told([](WebhookFacts& late) { late.subscription->signup = Id{2}; }));
  for (const auto kind :
       {SuppressionKind::unsubscribed, SuppressionKind::restricted, SuppressionKind::blocked}) {
    CHECK_FALSE(
        is_told([&](WebhookFacts& late) { late.rules = {{anna, "news", kind, noon, std::nullopt}}; }));
  }
  CHECK(is_told([](WebhookFacts& late) {  // they came back after they had left
    late.rules = {{anna, std::nullopt, SuppressionKind::unsubscribed, noon - 2h, std::nullopt}};
  }));
}

TEST_CASE("an unsubscription is told until the person has confirmed again, and a block is one") {
  auto left = facts(RecordKind::unsubscribed);
  left.subscription = subscription(SubscriptionState::unsubscribed);
  CHECK(body_of(left)["type"] == "unsubscribed");
  CHECK(body_of(left)["data"]["blocked"] == false);
  left.rules = {{anna, std::nullopt, SuppressionKind::restricted, noon, std::nullopt}};
  CHECK(body_of(left)["type"] == "unsubscribed");  // whoever holds the address has to know
  auto blocked = facts(RecordKind::blocked);
  blocked.subscription = subscription(SubscriptionState::blocked);
  CHECK(body_of(blocked)["type"] == "unsubscribed");
  CHECK(body_of(blocked)["data"]["blocked"] == true);
  left.rules.clear();
  left.subscription = subscription(SubscriptionState::confirmed, 2);
  left.rests_on = consent(2);
  CHECK_FALSE(webhook_message("shop", everything, left));
}

TEST_CASE("an endpoint hears only of the events and lists it asked for") {
  CHECK_FALSE(is_wanted(record(RecordKind::confirmed), {{"erased"}, {}, false}));
  CHECK(is_wanted(record(RecordKind::confirmed), {{"confirmed"}, {}, false}));
  CHECK(is_wanted(record(RecordKind::confirmed), {{"confirmed"}, {"news"}, false}));
  CHECK_FALSE(is_wanted(record(RecordKind::confirmed, "offers"), {{"confirmed"}, {"news"}, false}));
  for (const auto kind : {RecordKind::signup_requested, RecordKind::letter_sent, RecordKind::imported,
                          RecordKind::corrected, RecordKind::restricted, RecordKind::proof_issued}) {
    CHECK_FALSE(is_wanted(record(kind), everything));
  }
}
