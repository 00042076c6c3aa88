// What CleverReach should hold, what to do next, and what a look there means.
#include "lib/base/hash.hpp"
#include "lib/provider_sync/next_step.hpp"
#include "lib/provider_sync/settle.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const Fingerprint reader{sha256("reader")};
const Id reader_consent{9};

ProviderStanding consented() {
  Signup consent{.id = reader_consent,
                 .list = "news",
                 .fingerprint = reader,
                 .address = EmailAddress::parse("anna@example.org").value(),
                 .name = "Zoë",
                 .locale = "de",
                 .letter = {},
                 .state = SignupState::confirmed,
                 .requested_at = noon - 1h,
                 .expires_at = noon + 24h,
                 .confirmed_at = noon};
  Subscription subscription{
      .list = "news", .fingerprint = reader, .nonce = Id{3}, .signup = consent.id, .confirmed_at = noon};
  return {reader, "news", subscription, consent, {}};
}

ProviderReceiver known_as(Acknowledged acknowledged) {
  ProviderReceiver known;
  known.list = "news";
  known.person = reader;
  known.acknowledged = acknowledged;
  known.due_at = noon;
  return known;
}

Receiver there(bool active, std::optional<Instant> deactivated = {}) {
  Receiver receiver;
  receiver.id = "4001";
  receiver.email = "anna@example.org";
  receiver.activated = noon;
  receiver.deactivated = deactivated;
  receiver.active = active;
  return receiver;
}

template <typename Wanted>
const Wanted* only(const Changes& changes) {
  for (const auto& change : changes) {
    if (const auto* found = std::get_if<Wanted>(&change)) return found;
  }
  return nullptr;
}

const ReceiverTerms terms{"Example GmbH", "name", "unsubscribe_link", {"website"}};

Json content() {
  return content_of(desired_receiver(consented(), terms, "https://example.de/unsubscribe/x"));
}

SettleFacts facts_with(Acknowledged acknowledged) {
  return {consented(), known_as(acknowledged), hash_of(content())};
}

}  // namespace

TEST_CASE("only who has confirmed and may be mailed is wanted active there") {
  auto standing = consented();
  CHECK(wanted(standing) == Wanted::active);
  for (const auto kind :
       {SuppressionKind::unsubscribed, SuppressionKind::restricted, SuppressionKind::blocked}) {
    standing.rules = {{reader, std::nullopt, kind, noon, std::nullopt}};
    CHECK(wanted(standing) == Wanted::inactive);
  }
  // They left every list once, and came back to this one since.
  standing.rules = {{reader, std::nullopt, SuppressionKind::unsubscribed, noon - 2h, std::nullopt}};
  CHECK(wanted(standing) == Wanted::active);
  standing.subscription->state = SubscriptionState::unsubscribed;
  CHECK(wanted(standing) == Wanted::inactive);
  standing.subscription.reset();
  CHECK(wanted(standing) == Wanted::absent);
}

TEST_CASE("a receiver carries both times, the source, the name and the person's unsubscribe link") {
  const auto json = content();
  CHECK(json.at("registered") == to_rfc3339(noon - 1h));
  CHECK(json.at("activated") == to_rfc3339(noon));
  CHECK(json.at("attributes") ==
        Json({{"name", "Zoë"}, {"unsubscribe_link", "https://example.de/unsubscribe/x"}}));
  CHECK(json.at("tags") == Json({"website"}));
  CHECK_FALSE(desired_receiver(consented(), terms, "x").reactivates);
  const ReceiverTerms bare{"", "", "", {}};
  CHECK(desired_receiver(consented(), bare, "x").attributes.empty());
}

TEST_CASE("the next step closes the difference between what is wanted and what was acknowledged") {
  const auto hash = hash_of(content());
  CHECK(next_step(Wanted::active, known_as(Acknowledged::never), hash) == Step::create);
  CHECK(next_step(Wanted::active, known_as(Acknowledged::unknown), hash) == Step::create);
  CHECK(next_step(Wanted::active, known_as(Acknowledged::inactive), hash) == Step::create);
  auto known = known_as(Acknowledged::active);
  CHECK(next_step(Wanted::active, known, hash) == Step::update);
  known.content = hash;
  CHECK(next_step(Wanted::active, known, hash) == Step::none);
  CHECK(next_step(Wanted::inactive, known, std::nullopt) == Step::deactivate);
  CHECK(next_step(Wanted::inactive, known_as(Acknowledged::unknown), std::nullopt) == Step::deactivate);
  CHECK(next_step(Wanted::inactive, known_as(Acknowledged::inactive), std::nullopt) == Step::none);
  CHECK(next_step(Wanted::inactive, known_as(Acknowledged::never), std::nullopt) == Step::none);
  CHECK(next_step(Wanted::absent, known, std::nullopt) == Step::remove);
  CHECK(next_step(Wanted::absent, known_as(Acknowledged::unknown), std::nullopt) == Step::remove);
  CHECK(next_step(Wanted::absent, known_as(Acknowledged::never), std::nullopt) == Step::forget);
  known.look = true;
  CHECK(next_step(Wanted::active, known, hash) == Step::look);
  CHECK(next_step(Wanted::inactive, known, std::nullopt) == Step::look);
  CHECK(next_step(Wanted::absent, known, std::nullopt) == Step::remove);
}

TEST_CASE("whoever opted out there at or after our confirmation has left, to the second in their favour") {
  const auto whole_second = std::chrono::floor<std::chrono::seconds>(noon);
  CHECK(judge(consented(), known_as(Acknowledged::active), there(false, noon + 1h)).kind ==
        Verdict::Kind::foreign);
  CHECK(judge(consented(), known_as(Acknowledged::never), there(false, whole_second)).kind ==
        Verdict::Kind::foreign);
  auto late = consented();
  late.subscription->confirmed_at = whole_second + 999ms;
  CHECK(judge(late, known_as(Acknowledged::inactive), there(false, whole_second)).kind ==
        Verdict::Kind::foreign);
  late.subscription->confirmed_at = whole_second + 1000ms;
  CHECK(judge(late, known_as(Acknowledged::inactive), there(false, whole_second)).kind ==
        Verdict::Kind::reactivate);
}

TEST_CASE("our own deactivation is no opt-out of theirs, but an act by their own hand is") {
  auto known = known_as(Acknowledged::inactive);
  known.our_deactivation = noon + 1h;
  CHECK(judge(consented(), known, there(false, noon + 1h)).kind == Verdict::Kind::reactivate);
  CHECK(judge(consented(), known, there(false, noon + 2h)).kind == Verdict::Kind::foreign);
  auto theirs = there(false, noon + 1h);
  theirs.left_in_person = noon + 90min;
  CHECK(judge(consented(), known, theirs).kind == Verdict::Kind::foreign);
}

TEST_CASE("gone, bounced or made inactive there after we saw them active is leaving too") {
  const auto foreign_of = [](Acknowledged before, const std::optional<Receiver>& theirs) {
    const auto verdict = judge(consented(), known_as(before), theirs);
    return verdict.foreign ? std::string(to_text(verdict.foreign->what)) : std::string();
  };
  CHECK(foreign_of(Acknowledged::active, std::nullopt) == "deleted");
  CHECK(judge(consented(), known_as(Acknowledged::unknown), std::nullopt).kind == Verdict::Kind::missing);
  CHECK(foreign_of(Acknowledged::active, there(false)) == "deactivated");
  CHECK(judge(consented(), known_as(Acknowledged::never), there(false)).kind == Verdict::Kind::not_taken);
  auto bounced = there(true);
  bounced.bounced = noon + 1h;
  CHECK(foreign_of(Acknowledged::active, bounced) == "bounced");
  bounced.bounced = noon - 1h;  // before they confirmed by mail
  CHECK(judge(consented(), known_as(Acknowledged::active), bounced).kind == Verdict::Kind::as_wanted);
  auto back = there(true);  // our own call brought them back over their own act
  back.left_in_person = noon + 1min;
  CHECK(foreign_of(Acknowledged::inactive, back) == "unsubscribed");
}

TEST_CASE("an acknowledged change is a record that commits to what was sent, and nothing is owed any more") {
  const auto salt = sha256("salt");
  const auto changes =
      settle_change(facts_with(Acknowledged::unknown),
                    {ProviderChange::What::created, "read back: active", "4001", content()}, noon, salt);
  const auto& record = only<AppendRecord>(changes)->record;
  CHECK(record.kind == RecordKind::provider_changed);
  CHECK(record.details.at("change") == "created");
  CHECK(record.details.at("before").is_null());
  CHECK(record.details.at("after") ==
        to_hex(sha256(std::string(as_chars(salt)) + to_canonical_json(content()))));
  CHECK(record.details.at("fields") == Json({"activated", "email", "registered", "source", "tags",
                                             "attributes.name", "attributes.unsubscribe_link"}));
  const auto& known = only<PutReceiver>(changes)->receiver;
  CHECK(known.acknowledged == Acknowledged::active);
  CHECK(known.provider_id == "4001");
  CHECK_FALSE(known.due_at.has_value());
}

TEST_CASE("what changed here while the call was under way stays owed") {
  auto facts = facts_with(Acknowledged::unknown);
  facts.standing.subscription->state = SubscriptionState::unsubscribed;
  facts.content.reset();
  const auto changes =
      settle_change(facts, {ProviderChange::What::created, "", "4001", content()}, noon, sha256("salt"));
  CHECK(only<PutReceiver>(changes)->receiver.due_at == noon);
  facts.standing.subscription.reset();
  facts.standing.consent.reset();
  const auto erased =
      settle_change(facts, {ProviderChange::What::created, "", "4001", content()}, noon, sha256("salt"));
  CHECK(only<AppendRecord>(erased) == nullptr);  // nothing of the person may come back
  CHECK(only<PutReceiver>(erased)->receiver.due_at == noon);
  const auto deleted =
      settle_change(facts, {ProviderChange::What::deleted, "true", {}, {}}, noon, sha256("salt"));
  CHECK(only<ForgetReceiver>(deleted) != nullptr);
}

TEST_CASE("whoever left there is recorded and has left here, whatever is pending") {
  const auto standing = consented();
  const ForeignFacts facts{{reader, "news", standing.subscription, {*standing.consent}, std::nullopt},
                           known_as(Acknowledged::active),
                           "4001",
                           Acknowledged::inactive,
                           "hook"};
  const auto changes = settle_foreign(facts, {ForeignChange::What::unsubscribed, noon + 1h}, {}, noon + 2h,
                                      {sha256("1"), sha256("2")});
  std::vector<std::string> kinds;
  for (const auto& change : changes) {
    if (const auto* record = std::get_if<AppendRecord>(&change)) {
      kinds.emplace_back(to_text(record->record.kind));
    }
  }
  CHECK(kinds == std::vector<std::string>{"foreign_change", "unsubscribed"});
  CHECK(only<Suppress>(changes)->rule.kind == SuppressionKind::unsubscribed);
  CHECK_FALSE(only<PutReceiver>(changes)->receiver.due_at.has_value());
  const auto barred = settle_foreign(facts, {ForeignChange::What::blacklisted, {}}, {}, noon + 2h,
                                     {sha256("1"), sha256("2")});
  CHECK(only<Suppress>(barred)->rule.kind == SuppressionKind::blocked);
}

TEST_CASE("what failed is owed again later, ever later, and never before the provider allows it") {
  auto known = known_as(Acknowledged::unknown);
  const auto due = [&](std::optional<Duration> told) {
    return *only<PutReceiver>(settle_failure(known, noon, told))->receiver.due_at - noon;
  };
  CHECK(due({}) == 30s);
  CHECK(due(2min) == 2min);
  known.attempts = 3;
  CHECK(due({}) == 4min);
  known.attempts = 100;
  CHECK(due({}) == 4h);
}
