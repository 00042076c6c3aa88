// The rules of signing up and confirming, as values: no store, no clock.
#include "lib/base/hash.hpp"
#include "lib/retention/forget.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "lib/signup/request_signup.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace optledger;
using namespace std::chrono_literals;
using Outcome = SignupDecision::Outcome;

namespace {

const SignupPolicy policy{.unconfirmed = 24h * 7, .letters_per_address = 1, .window = 24h};

Id id(std::uint8_t number) { return Id{number}; }

SignupRequest request() {
  return {.address = EmailAddress::parse("anna@example.org").value(),
          .list = "news",
          .name = PersonName::parse("Anna").value(),
          .locale = "de",
          .purposes = {"newsletter"},
          .wording = sha256("wording"),
          .wording_stated = true,
          .privacy_notice = std::nullopt,
          .source_url = std::nullopt,
          .signed_up_at = std::nullopt,
          .origin = {"192.0.2.1", IpSource::socket, "Browser"},
          .letter = {}};
}

Signup signup(SignupState state, Instant requested_at) {
  return {.id = id(9),
          .list = "news",
          .fingerprint = {},
          .address = request().address,
          .name = std::nullopt,
          .locale = "de",
          .letter = {},
          .state = state,
          .requested_at = requested_at,
          .expires_at = requested_at + policy.unconfirmed,
          .confirmed_at = state == SignupState::confirmed ? std::optional(requested_at) : std::nullopt};
}

SignupDecision decide(std::vector<Signup> signups, Instant now = noon) {
  return request_signup(request(), {{}, std::move(signups), true, {}}, policy, now, {id(1), sha256("salt")});
}

template <typename Kind>
int count(const Changes& changes) {
  int found = 0;
  for (const auto& change : changes) found += std::holds_alternative<Kind>(change) ? 1 : 0;
  return found;
}

template <typename Kind>
const Kind& the(const Changes& changes) {
  for (const auto& change : changes) {
    if (const auto* found = std::get_if<Kind>(&change)) return *found;
  }
  throw std::runtime_error("no such change");
}

const Confirmation confirmation{sha256("token"), "page", {"198.51.100.2", IpSource::socket, "Phone"}};
const FreshConfirmation fresh{id(3), sha256("salt 2")};

}  // namespace

TEST_CASE("a new address gets a signup, its record and one letter") {
  const auto decision = decide({});
  CHECK(decision.outcome == Outcome::requested);
  CHECK(count<EnqueueLetter>(decision.changes) == 1);
  CHECK(the<InsertSignup>(decision.changes).signup.expires_at == noon + 24h * 7);
  const auto& record = the<AppendRecord>(decision.changes).record;
  CHECK(record.kind == RecordKind::signup_requested);
  CHECK(record.details.at("repeat") == false);
  CHECK(record.details.at("wording") == to_hex(sha256("wording")));
}

TEST_CASE("a second signup within the window is recorded as a repeat without a letter") {
  const auto decision = decide({signup(SignupState::pending, noon - 23h)});
  CHECK(decision.outcome == Outcome::repeated);
  CHECK(count<EnqueueLetter>(decision.changes) == 0);
  CHECK(count<InsertSignup>(decision.changes) == 0);
  CHECK(the<AppendRecord>(decision.changes).record.details.at("repeat") == true);
  CHECK(the<AppendRecord>(decision.changes).signup == id(9));
}

TEST_CASE("what a decision leaves out of a first sign-up is done about nobody and erased again") {
  const auto rehearsed = [](const SignupDecision& decision) {
    return rehearsal(decision, request(), policy, noon, {id(1), sha256("salt")});
  };
  const Suppression rule{{}, std::nullopt, SuppressionKind::blocked, noon - 1h, std::nullopt};
  for (const auto& decision :
       {decide({signup(SignupState::pending, noon - 1h)}),
        decide({signup(SignupState::cancelled, noon - 1h)}),
        request_signup(request(), {{}, {}, true, {rule}}, policy, noon, {id(1), sha256("salt")})}) {
    const auto changes = rehearsed(decision);
    const auto& nobody = the<InsertSignup>(changes).signup;
    CHECK(nobody.address->text() == "nobody@example.org");
    CHECK_FALSE(nobody.name);
    CHECK(the<EnqueueLetter>(changes).about == nobody.id);
    CHECK(std::get<EraseSignup>(changes.back()).signup == nobody.id);
  }
  CHECK(rehearsed(decide({})).empty());
  CHECK(rehearsed(decide({signup(SignupState::pending, noon - 24h)})).empty());
}

TEST_CASE("a signed call is remembered for a week with what came of it, and taken once") {
  const auto call = [](std::vector<Signup> signups, bool known, std::vector<Suppression> rules = {}) {
    auto signed_request = request();
    signed_request.call = sha256("call");
    return request_signup(signed_request, {{}, std::move(signups), true, std::move(rules), known}, policy,
                          noon, {id(1), sha256("salt")});
  };
  CHECK(the<KeepWebhookCall>(call({}, false).changes).call == sha256("call"));
  CHECK(the<KeepWebhookCall>(call({}, false).changes).kept_until == noon + 24h * 7);
  CHECK(count<KeepWebhookCall>(call({signup(SignupState::pending, noon - 1h)}, false).changes) == 1);
  // It says nothing about anybody, so that a blocked person's calls are known too.
  const auto blocked = call({}, false, {{{}, "news", SuppressionKind::blocked, noon, std::nullopt}});
  CHECK(blocked.outcome == Outcome::blocked);
  CHECK(blocked.changes.size() == 1);
  CHECK(call({}, true).outcome == Outcome::replayed);
  CHECK(call({}, true).changes.empty());
  CHECK(count<KeepWebhookCall>(decide({}).changes) == 0);
}

TEST_CASE("a signed call that was refused may be mended and sent again") {
  auto signed_request = request();
  signed_request.call = sha256("call");
  const auto decision =
      request_signup(signed_request, {{}, {}, false, {}}, policy, noon, {id(1), sha256("salt")});
  CHECK(decision.outcome == Outcome::unknown_wording);
  CHECK(decision.changes.empty());
}

TEST_CASE("repeats beyond number leave nothing, so nobody can fill the database with one person's address") {
  const auto repeat_with = [](std::int64_t records) {
    SignupFacts facts{{}, {signup(SignupState::pending, noon - 1h)}, true, {}};
    facts.records = records;
    return request_signup(request(), facts, policy, noon, {id(1), sha256("salt")});
  };
  CHECK(repeat_with(most_records_while_pending - 1).outcome == Outcome::repeated);
  CHECK(repeat_with(most_records_while_pending).outcome == Outcome::ignored);
  CHECK(repeat_with(most_records_while_pending).changes.empty());
}

TEST_CASE("after the window a new letter replaces the old one, whose link dies") {
  const auto decision = decide({signup(SignupState::pending, noon - 24h)});
  CHECK(decision.outcome == Outcome::requested);
  CHECK(the<SetSignupState>(decision.changes).state == SignupState::superseded);
  CHECK(the<RemoveLetter>(decision.changes).about == id(9));
}

TEST_CASE("the window counts unconfirmed signups, so a confirmed person may sign up again at once") {
  CHECK(decide({signup(SignupState::confirmed, noon - 1h)}).outcome == Outcome::requested);
}

TEST_CASE(
    "'this was not me' protects the inbox for the rest of the window and nothing is recorded about the "
    "person") {
  const auto decision = decide({signup(SignupState::cancelled, noon - 1h)});
  CHECK(decision.outcome == Outcome::ignored);
  CHECK(decision.changes.empty());
}

TEST_CASE("nobody can agree to a text that was never shown") {
  const auto decision = request_signup(request(), {{}, {}, false, {}}, policy, noon, {id(1), sha256("salt")});
  CHECK(decision.outcome == Outcome::unknown_wording);
  CHECK(decision.changes.empty());
}

TEST_CASE("confirming an open signup makes the subscription and its record, and drops a letter still owed") {
  const auto decision =
      confirm_signup(confirmation, {signup(SignupState::pending, noon - 1h), {}, std::nullopt}, noon, fresh);
  CHECK(decision.link == LinkState::open);
  CHECK(the<UpsertSubscription>(decision.changes).subscription.confirmed_at == noon);
  CHECK(the<AppendRecord>(decision.changes).record.kind == RecordKind::confirmed);
  CHECK(*the<AppendRecord>(decision.changes).record.origin.ip == "198.51.100.2");
  CHECK(count<RemoveLetter>(decision.changes) == 1);
}

TEST_CASE("confirming again changes nothing and shows the same subscription") {
  const Subscription subscription{"news", {}, id(5), id(9), noon - 2h, SubscriptionState::confirmed, {}};
  const auto decision = confirm_signup(
      confirmation, {signup(SignupState::confirmed, noon - 3h), {}, subscription}, noon, fresh);
  CHECK(decision.link == LinkState::confirmed);
  CHECK(decision.changes.empty());
  CHECK(decision.subscription->confirmed_at == noon - 2h);
}

TEST_CASE("a renewed consent keeps the unsubscribe link that stands in earlier newsletters") {
  const Subscription subscription{"news", {}, id(5), id(7), noon - 100h, SubscriptionState::confirmed, {}};
  const auto decision =
      confirm_signup(confirmation, {signup(SignupState::pending, noon - 1h), {}, subscription}, noon, fresh);
  CHECK(the<UpsertSubscription>(decision.changes).subscription.nonce == id(5));
}

TEST_CASE("the link lives until its last millisecond and not one longer") {
  const auto open = signup(SignupState::pending, noon);
  CHECK(link_state(open, {}, open.expires_at - 1ms) == LinkState::open);
  CHECK(link_state(open, {}, open.expires_at) == LinkState::expired);
  CHECK(link_state(open, {}, open.expires_at + 1ms) == LinkState::expired);
  CHECK(confirm_signup(confirmation, {open, {}, std::nullopt}, open.expires_at, fresh).changes.empty());
}

TEST_CASE("dead links change nothing") {
  for (const auto state : {SignupState::superseded, SignupState::cancelled}) {
    CHECK(confirm_signup(confirmation, {signup(state, noon), {}, std::nullopt}, noon, fresh).changes.empty());
    CHECK(cancel_signup(signup(state, noon), {}, {}, noon, sha256("s")).changes.empty());
  }
  CHECK(link_state(std::nullopt, {}, noon) == LinkState::expired);
  CHECK(cancel_signup(signup(SignupState::confirmed, noon), {}, {}, noon, sha256("s")).changes.empty());
}

TEST_CASE("cancelling erases the evidence at once and says which leaves it emptied") {
  const auto decision = cancel_signup(signup(SignupState::pending, noon), {}, {4, 7}, noon, sha256("s"));
  CHECK(count<CancelSignup>(decision.changes) == 1);
  CHECK(count<EraseRecords>(decision.changes) == 1);
  const auto& record = the<AppendRecord>(decision.changes);
  CHECK(record.record.details == Json({{"leaf_indices", {4, 7}}, {"cause", "request"}}));
  CHECK_FALSE(record.signup);
  CHECK_FALSE(record.record.email);
}

TEST_CASE("expiry erases every signup of the batch and records one erasure without a person") {
  DueForDeletion due;
  due.unconfirmed = {{id(1), {8, 3}}, {id(2), {5}}};
  const auto changes = forget(due, noon, {sha256("s"), sha256("t")});
  CHECK(count<EraseSignup>(changes) == 2);
  CHECK(the<AppendRecord>(changes).record.details ==
        Json({{"leaf_indices", {3, 5, 8}}, {"cause", "unconfirmed"}}));
  CHECK(forget({}, noon, {}).empty());
}
