// What a Provider promises, kept against a CleverReach that works.
#include "tests/provider/cleverreach_case.hpp"
#include "tests/provider/http_peer.hpp"

#include <set>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using Kind = UpsertOutcome::Kind;
using test::CleverReachCase;
using test::desired;
using test::fault_of;

TEST_CASE("a confirmed person arrives active, with the times in seconds, and is read back") {
  CleverReachCase here;
  CHECK(here.provider().create_attribute("name"));
  CHECK(here.provider().create_attribute("unsubscribe_link"));
  auto anna = desired("Anna@example.org");
  anna.attributes = {{"name", "Anna Ä."}, {"unsubscribe_link", "https://n.example.de/unsubscribe/x"}};
  anna.tags = {"website"};
  const auto outcomes = here.provider().upsert({anna});
  REQUIRE(outcomes.size() == 1);
  REQUIRE(outcomes[0].kind == Kind::done);
  REQUIRE(outcomes[0].receiver.has_value());
  const Receiver& receiver = *outcomes[0].receiver;
  CHECK(receiver.id == outcomes[0].id);
  CHECK(receiver.active);
  CHECK(receiver.registered == parse_rfc3339("2026-11-23T12:00:00Z").value());
  CHECK(receiver.activated == parse_rfc3339("2026-11-23T12:05:00Z").value());
  CHECK_FALSE(receiver.deactivated.has_value());
  CHECK(receiver.source == "Example GmbH");
  CHECK(receiver.attributes == anna.attributes);
  CHECK(receiver.tags == std::vector<std::string>{"website"});
  CHECK(here.provider().receiver("anna@example.org") == here.provider().receiver(receiver.id));
  CHECK(here.provider().receiver("ANNA@example.org")->id == receiver.id);
}

TEST_CASE("a receiver that is not there is no fault") {
  CleverReachCase here;
  CHECK_FALSE(here.provider().receiver("nobody@example.org").has_value());
  CHECK_FALSE(here.provider().receiver("999").has_value());
  CHECK(here.provider().deactivate("nobody@example.org") == ReceiverEffect::not_there);
  CHECK(here.provider().activate("nobody@example.org") == ReceiverEffect::not_there);
  CHECK(here.provider().remove("nobody@example.org") == ReceiverEffect::not_there);
}

TEST_CASE("what names no receiver is never sent: it might empty the group") {
  CleverReachCase here;
  for (const char* who : {"", "clear", "..", "1/2", "0x1", " 5", "insert"}) {
    CHECK_THROWS_AS(here.provider().remove(who), std::invalid_argument);
    CHECK_THROWS_AS(here.provider().receiver(who), std::invalid_argument);
  }
  CHECK(here.simulator.calls() == 0);
}

TEST_CASE("an address with anything in it stays one segment of the path") {
  CleverReachCase here;
  for (const std::string address : {"a+b@example.org", "a/b@example.org", "a?b@example.org",
                                    "a#b%41@example.org", "it's@example.org", "jörg@example.org"}) {
    CAPTURE(address);
    CHECK_FALSE(here.provider().receiver(address).has_value());
    CHECK(here.provider().remove(address) == ReceiverEffect::not_there);
  }
  for (const auto& request : here.simulator.requests()) {
    const bool is_about_receiver = request["status"] == 404;
    if (is_about_receiver) {
      CHECK(request["path"].get<std::string>().starts_with("/v3/groups/1001/receivers/"));
      CHECK(request["path"].get<std::string>().ends_with("@example.org"));
    }
  }
  auto odd = desired("a+b/c?d@example.org");
  CHECK(here.provider().upsert({odd})[0].kind == Kind::done);
  CHECK(here.provider().receiver("a+b/c?d@example.org").has_value());
  CHECK(here.provider().remove("a+b/c?d@example.org") == ReceiverEffect::done);
}

TEST_CASE("deactivating, activating and removing can each be repeated") {
  CleverReachCase here;
  here.provider().upsert({desired("anna@example.org")});
  for (int times = 0; times < 2; ++times) {
    CHECK(here.provider().deactivate("anna@example.org") == ReceiverEffect::done);
    CHECK_FALSE(here.provider().receiver("anna@example.org")->active);
  }
  for (int times = 0; times < 2; ++times) {
    CHECK(here.provider().activate("anna@example.org") == ReceiverEffect::done);
    CHECK(here.provider().receiver("anna@example.org")->active);
  }
  CHECK(here.provider().remove("anna@example.org") == ReceiverEffect::done);
  CHECK(here.provider().remove("anna@example.org") == ReceiverEffect::not_there);
  CHECK(here.simulator.receivers().empty());
}

TEST_CASE("whoever left there stays away, unless the confirmation is said to be newer") {
  CleverReachCase here;
  here.provider().upsert({desired("anna@example.org")});
  here.simulator.person("unsubscribe", "anna@example.org");
  const auto left = here.provider().receiver("anna@example.org");
  CHECK_FALSE(left->active);
  CHECK(left->deactivated.has_value());
  CHECK(left->left_in_person == left->deactivated);

  const auto again = here.provider().upsert({desired("anna@example.org")});
  CHECK(again[0].kind == Kind::done);
  CHECK_FALSE(again[0].receiver->active);

  auto anew = desired("anna@example.org");
  anew.reactivates = true;
  CHECK(here.provider().upsert({anew})[0].receiver->active);
}

TEST_CASE("an account that does not let people come back says so by an inactive receiver") {
  CleverReachCase here({"refuse_user_unsub_reactivation=on"});
  here.provider().upsert({desired("anna@example.org")});
  here.simulator.person("unsubscribe", "anna@example.org");
  auto anew = desired("anna@example.org");
  anew.reactivates = true;
  const auto outcome = here.provider().upsert({anew})[0];
  CHECK(outcome.kind == Kind::done);
  CHECK_FALSE(outcome.receiver->active);
}

TEST_CASE("a batch larger than the configured one goes in several calls, outcomes in order") {
  CleverReachCase here;
  here.config.batch = 10;
  const auto people = desired(25);
  const auto outcomes = here.provider().upsert(people);
  REQUIRE(outcomes.size() == 25);
  for (std::size_t i = 0; i < people.size(); ++i) {
    REQUIRE(outcomes[i].receiver.has_value());
    CHECK(outcomes[i].receiver->email == people[i].email.text());
  }
  CHECK(here.simulator.calls("POST /v3/groups/{group}/receivers/upsertplus") == 4);
  CHECK(here.provider().upsert({}).empty());
}

TEST_CASE("pages together are the group, an empty one is the end") {
  for (const std::string empty : {"empty_pages_as_204=off", "empty_pages_as_204=on"}) {
    CleverReachCase here({empty});
    here.provider().upsert(desired(7));
    here.provider().deactivate("person3@example.org");
    here.simulator.person("bounce", "person4@example.org");
    const auto count = [&](ReceiverKind kind) {
      std::set<std::string> seen;
      for (int page = 0;; ++page) {
        const auto receivers = here.provider().receivers(kind, page, 3);
        if (receivers.empty()) return seen.size();
        for (const Receiver& receiver : receivers) seen.insert(receiver.id);
      }
    };
    CHECK(count(ReceiverKind::all) == 7);
    CHECK(count(ReceiverKind::active) == 6);
    CHECK(count(ReceiverKind::inactive) == 1);
    CHECK(count(ReceiverKind::bounced) == 1);
  }
}

TEST_CASE("who left within a span is found, whichever way its bounds are meant") {
  for (const std::string bounds : {"inclusive_bounds=off", "inclusive_bounds=on"}) {
    CleverReachCase here({bounds});
    here.provider().upsert(desired(5));
    here.simulator.person("unsubscribe", "person2@example.org");
    const auto when = here.provider().receiver("person2@example.org")->deactivated.value();
    const auto left = here.provider().receivers_at(ReceiverTime::deactivated, when, when, 0, 10);
    REQUIRE(left.size() == 1);
    CHECK(left[0].email == "person2@example.org");
    CHECK(here.provider().receivers_at(ReceiverTime::deactivated, when + 5s, when + 60s, 0, 10).empty());
    CHECK(here.provider().receivers_at(ReceiverTime::deactivated, when, when, 1, 10).empty());
    const auto came =
        here.provider().receivers_at(ReceiverTime::activated, test::asked, test::confirmed + 1s, 0, 10);
    CHECK(came.size() == 5);
    here.simulator.person("bounce", "person1@example.org");
    CHECK(here.provider().receivers_at(ReceiverTime::bounced, when, when + 60s, 0, 10).size() == 1);
  }
}

TEST_CASE("the group and its attributes are found and made") {
  CleverReachCase here;
  CHECK(here.provider().group() == ProviderGroup{"1001", "News", false});
  CHECK(here.provider().groups().size() == 1);
  const auto made = here.provider().create_group("Jobs");
  CHECK(made.name == "Jobs");
  CHECK(here.provider().groups().size() == 2);
  CHECK(here.provider().create_attribute("name"));
  CHECK_FALSE(here.provider().create_attribute("name"));
  CHECK(here.provider().attributes() == std::vector<ProviderAttribute>{{"name", "text", false}});
}

TEST_CASE("the blacklist and the bounces are read") {
  CleverReachCase here;
  here.provider().upsert(desired(2));
  here.simulator.person("bounce", "person1@example.org");
  here.simulator.person("blacklist", "a@b.de-WooCommerce");
  const auto rows = here.provider().blacklist();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].text == "a@b.de-WooCommerce");
  const auto bounces = here.provider().bounces(0);
  REQUIRE(bounces.size() == 1);
  CHECK(bounces[0].email == "person1@example.org");
  CHECK(bounces[0].category == "hardbounce");
  CHECK(here.provider().bounces(1).empty());
}

TEST_CASE("good credentials are valid, and belong to an account") {
  CleverReachCase here;
  CHECK_NOTHROW(here.provider().validate());
  CHECK(here.provider().account().id == "129148");
  CHECK(here.provider().account().company == "Example GmbH");
}

TEST_CASE("numbers for ids and lists for empty objects make no difference") {
  CleverReachCase here({"numeric_ids=on", "empty_objects_as_lists=on"});
  const auto outcome = here.provider().upsert({desired("anna@example.org")})[0];
  CHECK(outcome.kind == Kind::done);
  CHECK(here.provider().receiver(outcome.id)->email == "anna@example.org");
  CHECK(here.provider().group()->id == "1001");
  CHECK(here.provider().account().id == "129148");
}

TEST_CASE("a hook is registered for this group, and replaces the one before") {
  CleverReachCase here({"allow_http_hooks=on"});
  const test::HttpPeer us(
      test::says({{.body = "0123456789abcdef {secret}", .headers = {{"Content-Type", "text/plain"}}}}));
  const std::string url = us.url() + "/hooks/cleverreach/news";
  const auto first = here.provider().register_hook(url, "0123456789abcdef");
  REQUIRE(first.has_value());
  CHECK(first->call_token.reveal().size() == 64);
  CHECK(first->secret.reveal().size() == 32);
  const auto second = here.provider().register_hook(url, "0123456789abcdef");
  REQUIRE(second.has_value());
  CHECK(second->call_token.reveal() != first->call_token.reveal());
  REQUIRE(here.simulator.hooks().size() == 1);
  CHECK(here.simulator.hooks()[0]["condition"] == "1001");
  CHECK(here.simulator.hooks()[0]["event"] == "receiver");
  CHECK(here.simulator.hooks()[0]["call_token"] == second->call_token.reveal());
  CHECK(here.provider().remove_hook());
  CHECK(here.simulator.hooks().empty());
}

TEST_CASE("a hook that is not verified is refused with the provider's words") {
  CleverReachCase here({"allow_http_hooks=on"});
  const auto hook =
      here.provider().register_hook("http://127.0.0.1:9/hooks/cleverreach/news", "0123456789abcdef");
  REQUIRE_FALSE(hook.has_value());
  CHECK(hook.error() == "Bad Request: verification failed");
  CHECK_FALSE(here.provider().remove_hook());
}

TEST_CASE("one token and one connection serve many calls, and all calls are counted") {
  CleverReachCase here;
  for (int i = 0; i < 5; ++i) here.provider().group();
  CHECK(here.simulator.calls("POST /oauth/token.php") == 1);
  CHECK(here.simulator.calls() == 6);
  CHECK(here.provider().calls() == 6);
  const auto requests = here.simulator.requests();
  for (std::size_t i = 1; i < requests.size(); ++i) CHECK(requests[i]["reused"] == true);
}

}  // namespace
}  // namespace optledger
