// Every way in which CleverReach can fail, and what it means for whoever asked.
#include "tests/provider/cleverreach_case.hpp"
#include "tests/provider/http_peer.hpp"

#include <thread>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Kind = UpsertOutcome::Kind;
using test::CleverReachCase;
using test::desired;
using test::fault_of;
using test::HttpPeer;
using test::says;

constexpr const char* upsertplus = "POST /v3/groups/{group}/receivers/upsertplus";
constexpr const char* upsert = "POST /v3/groups/{group}/receivers/upsert";

std::vector<Kind> kinds_of(const std::vector<UpsertOutcome>& outcomes) {
  std::vector<Kind> kinds;
  for (const UpsertOutcome& outcome : outcomes) kinds.push_back(outcome.kind);
  return kinds;
}

// A CleverReach that answers the token first and then what a test says.
class ScriptedCase {
 public:
  explicit ScriptedCase(std::vector<test::PeerAnswer> answers, const std::string& expires_in = "3600")
      : peer(with_token(std::move(answers), expires_in)),
        provider(config_for(peer.url()), entropy_, {}, test::in_a_hurry()) {}

  HttpPeer peer;

 private:
  static std::vector<test::PeerAnswer> with_token(std::vector<test::PeerAnswer> answers,
                                                  const std::string& expires_in) {
    answers.insert(answers.begin(),
                   {.body = R"({"access_token":"the-token","expires_in":)" + expires_in + "}"});
    return answers;
  }
  static CleverReachConfig config_for(const std::string& url) {
    CleverReachConfig config;
    config.group = "1001";
    config.client_id = "id";
    config.client_secret = Secret("test-secret");
    config.base_url = url;
    return config;
  }

  CountingEntropy entropy_;

 public:
  CleverReach provider;
};

// --- tokens ---

TEST_CASE(
    "credentials go to the token endpoint alone, the token to everything else, and neither into a URL") {
  ScriptedCase here(says({{.body = R"({"id":"1001","name":"News"})"}, {.body = "true"}}));
  here.provider.group();
  here.provider.remove("anna@example.org");
  const auto requests = here.peer.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0]["method"] == "POST");
  CHECK(requests[0]["target"] == "/oauth/token.php");
  CHECK(requests[0]["headers"]["authorization"] == "Basic aWQ6dGVzdC1zZWNyZXQ=");
  CHECK(requests[0]["body"] == "grant_type=client_credentials");
  CHECK(requests[1]["target"] == "/v3/groups/1001");
  CHECK(requests[1]["headers"]["authorization"] == "Bearer the-token");
  CHECK(requests[2]["method"] == "DELETE");
  CHECK(requests[2]["target"] == "/v3/groups/1001/receivers/anna%40example.org");
}

TEST_CASE("a token is renewed shortly before it ends") {
  ScriptedCase here(says({{.body = R"({"id":"1001"})"},
                          {.body = R"({"id":"1001"})"},
                          {.body = R"({"access_token":"the-next","expires_in":2})"},
                          {.body = R"({"id":"1001"})"}}),
                    "2");
  here.provider.group();
  here.provider.group();
  CHECK(here.peer.requests().size() == 3);
  std::this_thread::sleep_for(1850ms);
  here.provider.group();
  const auto requests = here.peer.requests();
  REQUIRE(requests.size() == 5);
  CHECK(requests[3]["target"] == "/oauth/token.php");
  CHECK(requests[4]["headers"]["authorization"] == "Bearer the-next");
}

TEST_CASE("a token that was revoked is replaced once, without a word") {
  CleverReachCase here;
  here.provider().group();
  here.simulator.revoke_tokens();
  CHECK(here.provider().group().has_value());
  CHECK(here.simulator.calls("POST /oauth/token.php") == 2);
}

TEST_CASE("401 to a fresh token is for a person to look at, and is not tried a third time") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "401"}, {"path", "/v3/groups"}, {"times", nullptr}});
  const auto fault = fault_of<ProviderRefused>([&] { here.provider().group(); });
  CHECK(std::string(fault.what()) == "CleverReach refuses to read the group: HTTP 401: Unauthorized");
  CHECK(here.simulator.calls("GET /v3/groups/{group}") == 2);
  CHECK(here.simulator.calls("POST /oauth/token.php") == 2);
}

TEST_CASE("wrong credentials are for a person to look at") {
  CleverReachCase here;
  here.config.client_secret = Secret("test-secret-but-wrong");
  for (int times = 0; times < 3; ++times) {
    const auto fault = fault_of<ProviderRefused>([&] { here.provider().validate(); });
    CHECK(std::string(fault.what()) ==
          "CleverReach gives no token for client_id and client_secret of [list.cleverreach]: HTTP 401: "
          "invalid_client");
  }
  CHECK(here.simulator.calls() == 3);
}

TEST_CASE("a token endpoint that fails or speaks nonsense is tried again") {
  for (const Json& fault :
       {Json{{"kind", "502"}}, Json{{"kind", "reset_before"}}, Json{{"kind", "empty_200"}},
        Json{{"kind", "true"}}, Json{{"status", 200}, {"body", {{"access_token", ""}}}}}) {
    CAPTURE(fault.dump());
    CleverReachCase here;
    auto wishes = fault;
    wishes["path"] = "token.php";
    wishes["times"] = 2;
    here.simulator.fault(wishes);
    CHECK(here.provider().group().has_value());
    wishes["times"] = nullptr;
    here.simulator.revoke_tokens();
    here.simulator.fault(wishes);
    fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  }
}

// --- outages ---

TEST_CASE("whatever a moment of weakness looks like, a call that can be repeated gets over it") {
  for (const std::string kind : {"reset_before", "reset_after", "429", "429_html", "429_empty", "502",
                                 "502_after", "error_in_200", "error_in_200_after", "empty_200", "true"}) {
    CAPTURE(kind);
    CleverReachCase here;
    here.simulator.fault({{"kind", kind}, {"path", "/v3/"}, {"times", 2}});
    const auto outcomes = here.provider().upsert({desired("anna@example.org")});
    REQUIRE(outcomes[0].kind == Kind::done);
    CHECK(outcomes[0].receiver->active);
    CHECK(here.simulator.receivers().size() == 1);
  }
}

TEST_CASE("an outage that lasts is unavailable, after a few tries") {
  for (const std::string kind : {"reset_before", "502", "error_in_200", "empty_200"}) {
    CAPTURE(kind);
    CleverReachCase here;
    here.simulator.fault({{"kind", kind}, {"path", "/v3/"}, {"times", nullptr}});
    const auto fault =
        fault_of<ProviderUnavailable>([&] { here.provider().upsert({desired("anna@example.org")}); });
    CHECK(std::string(fault.what()).starts_with("CleverReach: could not write receivers: "));
    CHECK(std::string(fault.what()).ends_with("(tries: 4)"));
    CHECK(here.provider().calls() == 5);
    here.simulator.call("DELETE", "faults");
    CHECK(here.provider().upsert({desired("anna@example.org")})[0].kind == Kind::done);
  }
}

TEST_CASE("nobody there is unavailable, and so is somebody who does not answer in time") {
  CleverReachCase here;
  here.patience.http.exchange = 300ms;
  CHECK(here.provider().group().has_value());
  here.simulator.freeze();
  const auto slow = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK_MESSAGE(std::string(slow.what()).find("imed out") != std::string::npos, slow.what());
  here.simulator.stop();
  const auto gone = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK_MESSAGE(std::string(gone.what()).find("onnect") != std::string::npos, gone.what());
}

TEST_CASE("a body that is endless, broken off or no JSON is unavailable") {
  for (const test::PeerAnswer& answer :
       {test::PeerAnswer{.raw = "HTTP/1.1 200 OK\r\n\r\n", .fill = 50000000, .end = "close"},
        test::PeerAnswer{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\":", .end = "close"},
        test::PeerAnswer{.body = "<html>anna@example.org</html>"}}) {
    ScriptedCase here(says({answer}));
    fault_of<ProviderUnavailable>([&] { here.provider.group(); });
  }
}

TEST_CASE("a redirect is for a person to look at, and the token stays here") {
  HttpPeer elsewhere(says({{.body = "{}"}}));
  ScriptedCase here(says({{.status = 301, .headers = {{"Location", elsewhere.url() + "/v3"}}}}));
  const auto fault = fault_of<ProviderRefused>([&] { here.provider.group(); });
  CHECK(std::string(fault.what()) == "CleverReach refuses to read the group: HTTP 301");
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("a kept connection that was reset costs no try") {
  CleverReachCase here;
  here.patience.retry.tries = 1;
  here.provider().group();
  here.simulator.fault({{"kind", "reset_before"}, {"reused", true}});
  CHECK(here.provider().group().has_value());
}

TEST_CASE("a group is never made twice, whatever is lost") {
  for (const std::string kind : {"reset_after", "502_after", "error_in_200_after", "empty_200"}) {
    CAPTURE(kind);
    CleverReachCase here;
    here.provider().groups();
    here.simulator.fault(
        {{"kind", kind}, {"method", "POST"}, {"path", "/v3/groups$"}, {"process", true}, {"times", nullptr}});
    fault_of<ProviderUnavailable>([&] { here.provider().create_group("Jobs"); });
    CHECK(here.simulator.calls("POST /v3/groups") == 1);
    CHECK(here.provider().groups().size() <= 2);
  }
  CleverReachCase busy;
  busy.simulator.fault({{"kind", "429"}, {"path", "/v3/groups$"}, {"times", 2}});
  CHECK(busy.provider().create_group("Jobs").name == "Jobs");
  CHECK(busy.provider().groups().size() == 2);
}

// --- being asked to wait ---

TEST_CASE("Retry-After is obeyed") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "429_retry_after"}, {"path", "/v3/"}});
  const auto begin = std::chrono::steady_clock::now();
  CHECK(here.provider().group().has_value());
  CHECK(std::chrono::steady_clock::now() - begin >= 1s);
  CHECK(here.provider().calls() == 3);
}

TEST_CASE("a longer wait than our patience is left to whoever comes back, and nobody calls before") {
  CleverReachCase here;
  here.simulator.fault({{"status", 429}, {"headers", {{"Retry-After", "77"}}}, {"path", "/v3/"}});
  const auto fault = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  REQUIRE(fault.retry_after().has_value());
  CHECK(*fault.retry_after() > 70s);
  CHECK(*fault.retry_after() <= 77s);
  const auto calls = here.provider().calls();
  const auto again =
      fault_of<ProviderUnavailable>([&] { here.provider().upsert({desired("anna@example.org")}); });
  CHECK(*again.retry_after() > 70s);
  CHECK(here.provider().calls() == calls);
}

TEST_CASE("too many calls without a word about when to come back mean a minute") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "429_empty"}, {"path", "/v3/"}, {"times", nullptr}});
  const auto fault = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK(here.provider().calls() == 5);
  CHECK(*fault.retry_after() > 50s);
  CHECK(*fault.retry_after() <= 60s);
}

TEST_CASE("an API that keeps failing is left alone, then asked once, and served again when it is back") {
  CleverReachCase here;
  here.patience.breaker = {.failures = 6, .first_pause = 300ms, .longest_pause = 10s};
  here.simulator.fault({{"kind", "502"}, {"path", "/v3/"}, {"times", nullptr}});
  fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  const auto open = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK(here.provider().calls() == 1 + 6);  // the token, and six tries in two calls
  CHECK(open.retry_after().has_value());
  for (int times = 0; times < 10; ++times) {
    const auto left = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
    CHECK(*left.retry_after() <= 300ms);
  }
  CHECK(here.provider().calls() == 7);
  std::this_thread::sleep_for(310ms);
  const auto still = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK(here.provider().calls() == 8);
  CHECK(*still.retry_after() > 300ms);
  std::this_thread::sleep_for(610ms);
  here.simulator.call("DELETE", "faults");
  CHECK(here.provider().group().has_value());
  CHECK(here.provider().group().has_value());
  CHECK(here.provider().calls() == 10);
}

TEST_CASE("a stop ends a wait at once") {
  CleverReachCase here;
  here.patience.retry.patience = 60s;
  here.simulator.fault({{"status", 503}, {"headers", {{"Retry-After", "30"}}}, {"path", "/v3/"}});
  std::jthread stopping([&] {
    std::this_thread::sleep_for(300ms);
    here.abandon.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto fault = fault_of<ProviderUnavailable>([&] { here.provider().group(); });
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
  CHECK(std::string(fault.what()) ==
        "CleverReach: could not read the group: broken off: the service is stopping");
  fault_of<ProviderUnavailable>([&] { here.provider().group(); });
}

// --- refusals ---

TEST_CASE("a group that is not there is for a person to look at, never a receiver that is not there") {
  for (const std::string unknown : {"unknown_group=405", "unknown_group=404"}) {
    CAPTURE(unknown);
    CleverReachCase here({unknown});
    here.config.group = "1999";
    CHECK_FALSE(here.provider().group().has_value());
    fault_of<ProviderRefused>([&] { here.provider().upsert({desired("anna@example.org")}); });
    fault_of<ProviderRefused>([&] { here.provider().receivers(ReceiverKind::all, 0, 10); });
    for (const auto& act :
         std::vector<std::function<void()>>{[&] { here.provider().receiver("anna@example.org"); },
                                            [&] { here.provider().remove("anna@example.org"); },
                                            [&] { here.provider().deactivate("anna@example.org"); },
                                            [&] { here.provider().activate("4001"); }}) {
      CHECK(std::string(fault_of<ProviderRefused>(act).what()) == "CleverReach has no group 1999");
    }
  }
}

TEST_CASE("404 in words nobody knows still is a receiver that is not there, when the group is") {
  CleverReachCase here;
  here.simulator.fault({{"status", 404}, {"text", ""}, {"path", "receivers/"}, {"times", nullptr}});
  CHECK(here.provider().remove("anna@example.org") == ReceiverEffect::not_there);
  CHECK(here.simulator.calls("GET /v3/groups/{group}") == 1);
}

TEST_CASE("an account without rights or over its limit is for a person to look at, once") {
  CleverReachCase here;
  here.simulator.fault(
      {{"status", 403},
       {"body", {{"error", {{"code", 403}, {"message", "Forbidden: anna@example.org over the limit"}}}}},
       {"path", "receivers"},
       {"times", nullptr}});
  const auto fault = fault_of<ProviderRefused>([&] { here.provider().upsert(desired(3)); });
  CHECK(std::string(fault.what()) ==
        "CleverReach refuses to write receivers: HTTP 403: Forbidden: … over the limit");
  CHECK(here.simulator.calls(upsertplus) == 1);
  fault_of<ProviderRefused>([&] { here.provider().activate("anna@example.org"); });
  fault_of<ProviderRefused>([&] { here.provider().remove("anna@example.org"); });
}

// --- batches that do not go as planned ---

TEST_CASE("one address that is not taken does not keep the others out, and says why") {
  for (const std::string shape : {"v2_string_items=off", "v2_string_items=on"}) {
    CleverReachCase here({shape});
    here.simulator.person("blacklist", "person1@example.org");
    const auto outcomes = here.provider().upsert(desired(3));
    CHECK(kinds_of(outcomes) == std::vector<Kind>{Kind::done, Kind::refused, Kind::done});
    CHECK(outcomes[1].words.starts_with("blacklisted address 'person1@example.org'"));
    CHECK(here.simulator.receivers().size() == 2);
  }
}

TEST_CASE("an account that takes blacklisted addresses leaves them inactive") {
  CleverReachCase here({"blacklist_mode=accept_inactive"});
  here.simulator.person("blacklist", "person1@example.org");
  const auto outcomes = here.provider().upsert(desired(3));
  CHECK(outcomes[1].kind == Kind::done);
  CHECK_FALSE(outcomes[1].receiver->active);
}

TEST_CASE("a whole batch refused for one blacklisted address goes without it") {
  CleverReachCase here({"blacklist_mode=403"});
  here.simulator.person("blacklist", "Person1@example.org");
  const auto outcomes = here.provider().upsert(desired(3));
  CHECK(kinds_of(outcomes) == std::vector<Kind>{Kind::done, Kind::refused, Kind::done});
  CHECK(outcomes[1].words == "on the blacklist");
  CHECK(here.simulator.receivers().size() == 2);
  CHECK(kinds_of(here.provider().upsert({desired("person1@example.org")})) ==
        std::vector<Kind>{Kind::refused});
  here.simulator.person("blacklist", "person0@example.org");
  CHECK(here.provider().activate("person0@example.org") == ReceiverEffect::barred);
}

TEST_CASE("a batch that is too large is halved until it fits, and later ones stay small") {
  CleverReachCase here({"batch_limit=10"});
  CHECK(kinds_of(here.provider().upsert(desired(100))) == std::vector<Kind>(100, Kind::done));
  CHECK(here.simulator.receivers().size() == 100);
  here.simulator.forget_calls();
  here.provider().upsert(desired(24));
  CHECK(here.simulator.calls(upsertplus) == 4);
  CHECK(here.simulator.call("GET", "counters")["by_status"].value("413", 0) == 0);
}

TEST_CASE("one item that spoils its batch is found and refused, the others are written") {
  for (const int status : {400, 413, 422}) {
    CAPTURE(status);
    CleverReachCase here;
    // Who is alone in a call with this fault is refused: of 8, 4, 2 and 1 items in a row.
    here.simulator.fault({{"status", status},
                          {"body", {{"error", {{"code", status}, {"message", "no"}}}}},
                          {"path", "upsertplus"},
                          {"times", 4}});
    const auto outcomes = here.provider().upsert(desired(8));
    CHECK(outcomes[0] == UpsertOutcome{Kind::refused, "", std::nullopt, "no"});
    for (std::size_t i = 1; i < outcomes.size(); ++i) CHECK(outcomes[i].kind == Kind::done);
  }
}

TEST_CASE("receivers that an answer leaves out are written again and asked about") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "short"}, {"path", "upsertplus"}});
  auto outcomes = here.provider().upsert(desired(3));
  CHECK(kinds_of(outcomes) == std::vector<Kind>(3, Kind::done));
  CHECK_FALSE(outcomes[2].receiver.has_value());
  CHECK(here.provider().receiver(outcomes[2].id)->email == "person2@example.org");

  here.simulator.fault({{"kind", "drop_items"}, {"path", "upsertplus"}});
  outcomes = here.provider().upsert({desired("x@example.org"), desired("y@example.org")});
  CHECK(kinds_of(outcomes) == std::vector<Kind>(2, Kind::done));
  CHECK(here.simulator.receivers().contains("y@example.org"));
}

TEST_CASE("false for a batch that worked does not lose anybody") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "false"}, {"path", "upsertplus"}, {"process", true}});
  CHECK(kinds_of(here.provider().upsert(desired(3))) == std::vector<Kind>(3, Kind::done));
  CHECK(here.simulator.calls(upsertplus) == 1);
  CHECK(here.simulator.calls(upsert) == 1);
}

TEST_CASE("who is in no answer at all is neither done nor refused") {
  CleverReachCase here;
  here.simulator.fault({{"kind", "short"}, {"path", "upsertplus"}, {"short", 2}});
  here.simulator.fault({{"kind", "short"}, {"path", "upsert$"}});
  CHECK(kinds_of(here.provider().upsert(desired(3))) ==
        std::vector<Kind>{Kind::done, Kind::unknown, Kind::unknown});
}

TEST_CASE("many receivers arrive, whatever chance does to the calls") {
  CleverReachCase here;
  here.config.batch = 20;
  here.patience.breaker.failures = 1000;
  here.patience.retry.tries = 12;
  here.simulator.call("POST", "random_faults", {{"seed", 7}, {"probability", 0.4}});
  const auto outcomes = here.provider().upsert(desired(300));
  here.simulator.call("DELETE", "random_faults");
  CHECK(kinds_of(outcomes) == std::vector<Kind>(300, Kind::done));
  CHECK(here.simulator.receivers().size() == 300);
}

}  // namespace
}  // namespace optledger
