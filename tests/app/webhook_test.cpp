// Webhooks that we send, from a person's click to the receiver, against the whole App.
#include "lib/webhook/webhook_signature.hpp"
#include "service/flows/owe_webhooks.hpp"
#include "tests/app/running_app.hpp"
#include "tests/provider/http_peer.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;
using test::HttpPeer;
using test::PeerAnswer;

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string toml_for(const std::string& url, const std::string& more) {
  static const TemporaryFolder secrets;
  const auto file = secrets.path() / "secret";
  if (!std::filesystem::exists(file)) {
    std::ofstream(file) << secret << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  }
  return trial_toml(one_list) + "[[webhook]]\nid = \"shop\"\nurl = \"" + url + "/hook\"\nsecret_file = \"" +
         file.string() +
         "\"\nevents = [\"confirmed\", \"unsubscribed\", \"erased\"]\nallow_private = true\n" + more;
}

template <typename Condition>
bool soon(Condition&& holds) {
  for (int tries = 0; tries < 400; ++tries) {
    if (holds()) return true;
    std::this_thread::sleep_for(25ms);
  }
  return false;
}

class Told {
 public:
  explicit Told(const std::vector<PeerAnswer>& answers, const std::string& more = {})
      : receiver(answers), app(toml_for(receiver.url(), more)) {}

  std::string confirm(const std::string& email) {
    const auto answer =
        app.client().Post("/confirm/" + app.token_for(email), {{"Accept", "application/json"}}, "",
                          "application/x-www-form-urlencoded");
    REQUIRE(answer->status == 200);
    return email;
  }
  void manage(const std::string& verb, Json body) {
    if (key_.empty()) key_ = app.add_key({"manage"});
    body["reason"] = "a test";
    const auto answer = app.post_json("/v1/" + verb, body, {{"Authorization", "Bearer " + key_}});
    REQUIRE(answer->status / 100 == 2);
  }
  // What has come, once it is `count`; each of it signed.
  std::vector<Json> messages(std::size_t count) {
    REQUIRE(soon([&] { return receiver.requests().size() >= count; }));
    std::vector<Json> bodies;
    for (const auto& request : receiver.requests()) {
      const auto& headers = request["headers"];
      const WebhookHeaders signature{headers["webhook-id"], headers["webhook-timestamp"],
                                     headers["webhook-signature"]};
      const std::string body = request["body"];
      const Instant at{std::chrono::seconds(std::stoll(signature.timestamp))};
      CHECK_FALSE(doubt_about(signature, body, {WebhookSecret::parse(secret).value()}, at));
      CHECK(request["method"] == "POST");
      CHECK(request["target"] == "/hook");
      CHECK(headers["content-type"] == "application/json");
      bodies.push_back(Json::parse(body));
    }
    return bodies;
  }
  std::vector<std::string> types(std::size_t count) {
    std::vector<std::string> types;
    for (const auto& message : messages(count)) types.push_back(message["type"]);
    return types;
  }
  std::int64_t number(const std::string& query) const {
    SQLite::Database database((app.folder() / "state" / "optledger.db").string());
    database.setBusyTimeout(5000);
    return database.execAndGet(query).getInt64();
  }
  std::int64_t owed() const { return number("SELECT count(*) FROM webhook_delivery"); }

  HttpPeer receiver;
  RunningApp app;

 private:
  std::string key_;
};

std::vector<PeerAnswer> always(int status) { return {{.status = status}}; }

}  // namespace

TEST_CASE("a confirmation, an unsubscription and an erasure are told, signed, without the address") {
  Told told(always(204));
  told.confirm("anna@example.org");
  told.messages(1);
  told.manage("unsubscribes", {{"email", "anna@example.org"}});
  told.messages(2);
  told.manage("erasures", {{"email", "anna@example.org"}, {"consent_confirmed", true}});
  CHECK(told.types(3) == std::vector<std::string>{"confirmed", "unsubscribed", "erased"});
  const auto messages = told.messages(3);
  const auto& confirmed = messages.front()["data"];
  CHECK(confirmed["list"] == "news");
  CHECK(confirmed["fingerprint"].get<std::string>().size() == 64);
  CHECK(confirmed["signup"].get<std::string>().size() == 32);
  const auto& erased = messages.back()["data"];
  CHECK(erased["cause"] == "request");
  const auto leaves = erased["leaf_indices"].get<std::vector<std::int64_t>>();
  CHECK(std::count(leaves.begin(), leaves.end(), confirmed["leaf_index"].get<std::int64_t>()) == 1);
  for (const auto& request : told.receiver.requests())
    CHECK(request.dump().find("anna") == std::string::npos);
  CHECK(soon([&] { return told.owed() == 0; }));
}

TEST_CASE("the address goes out when the operator asked for it") {
  Told told(always(200), "include_address = true\n");
  told.confirm("anna@example.org");
  CHECK(told.messages(1)[0]["data"]["email"] == "anna@example.org");
}

TEST_CASE("what failed is sent again under the same id, signed anew, also after a restart") {
  Told told({{.status = 503}, {.status = 200}});
  told.confirm("anna@example.org");
  told.messages(1);
  REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == 1; }));
  told.app.stop();
  told.app.clock.advance(7s);
  told.app.start();
  told.messages(2);
  const auto requests = told.receiver.requests();
  CHECK(requests[0]["headers"]["webhook-id"] == requests[1]["headers"]["webhook-id"]);
  CHECK(requests[0]["headers"]["webhook-timestamp"] != requests[1]["headers"]["webhook-timestamp"]);
  CHECK(requests[0]["body"] == requests[1]["body"]);
  CHECK(soon([&] { return told.owed() == 0; }));
}

TEST_CASE("nothing is sent again before its time") {
  Told told(always(400));
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == 1; }));
  told.app.clock.advance(4s);
  std::this_thread::sleep_for(1500ms);
  CHECK(told.receiver.requests().size() == 1);
  told.app.clock.advance(2s + 1s);
  told.messages(2);
}

TEST_CASE("a redirect is a failure, and nobody follows it") {
  HttpPeer other(always(200));
  Told told({{.status = 307, .headers = {{"Location", other.url() + "/elsewhere"}}}});
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == 1; }));
  CHECK(other.requests().empty());
}

TEST_CASE("of an erased person nothing is told any more but the erasure") {
  Told told({{.status = 400}, {.status = 200}});
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == 1; }));
  told.manage("erasures", {{"email", "anna@example.org"}, {"consent_confirmed", true}});
  CHECK(told.types(2) == std::vector<std::string>{"confirmed", "erased"});
  told.app.clock.advance(1min);
  CHECK(soon([&] { return told.owed() == 0; }));
  CHECK(told.types(2) == std::vector<std::string>{"confirmed", "erased"});
}

TEST_CASE("a confirmation that comes late is not told to the end of who has left meanwhile") {
  Told told({{.status = 400}, {.status = 200}});
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == 1; }));
  told.manage("unsubscribes", {{"email", "anna@example.org"}});
  told.app.clock.advance(1min);
  CHECK(soon([&] { return told.owed() == 0; }));
  CHECK(told.types(2) == std::vector<std::string>{"confirmed", "unsubscribed"});
}

TEST_CASE("an endpoint that is gone is left alone, loses nothing, and gets it all when it is there again") {
  Told told({{.status = 410}, {.status = 200}});
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.number("SELECT count(disabled_at) FROM webhook_endpoint") == 1; }));
  told.confirm("berta@example.org");
  told.app.clock.advance(24h);
  std::this_thread::sleep_for(1500ms);
  CHECK(told.receiver.requests().size() == 1);
  told.app.stop();
  {
    SQLite::Database database((told.app.folder() / "state" / "optledger.db").string(),
                              SQLite::OPEN_READWRITE);
    database.exec("UPDATE webhook_endpoint SET disabled_at = NULL");
  }
  told.app.start();
  CHECK(told.types(3) == std::vector<std::string>{"confirmed", "confirmed", "confirmed"});
  CHECK(soon([&] { return told.owed() == 0; }));
}

TEST_CASE("what nobody took in three days is given up, and forgotten after thirty") {
  Told told(always(400));
  told.confirm("anna@example.org");
  for (int tries = 1; tries <= 10; ++tries) {
    CAPTURE(tries);
    REQUIRE(soon([&] { return told.number("SELECT max(attempts) FROM webhook_delivery") == tries; }));
    told.app.clock.advance(29h);
  }
  CHECK(told.number("SELECT count(*) FROM webhook_delivery WHERE due_at IS NULL") == 1);
  CHECK(told.receiver.requests().size() == 10);
  told.app.clock.advance(19 * 24h);
  CHECK(soon([&] { return told.owed() == 0; }));
}

TEST_CASE("no table of webhooks holds an address or a fingerprint") {
  Told told(always(400), "include_address = true\n");
  told.confirm("anna@example.org");
  REQUIRE(soon([&] { return told.owed() == 1; }));
  const auto fingerprint = told.messages(1)[0]["data"]["fingerprint"].get<std::string>();
  SQLite::Database database((told.app.folder() / "state" / "optledger.db").string());
  for (const std::string table : {"webhook_call", "webhook_endpoint", "webhook_delivery"}) {
    SQLite::Statement rows(database, "SELECT * FROM " + table);
    while (rows.executeStep()) {
      for (int i = 0; i < rows.getColumnCount(); ++i) {
        const auto value = rows.getColumn(i).getString();
        CHECK(value.find("anna") == std::string::npos);
        CHECK(to_hex(value) != fingerprint);
      }
    }
  }
}

TEST_CASE("a person who asks learns whether others are told, and whether with the address") {
  const auto recipients = [](const std::string& more) {
    Told told(always(204), more);
    told.confirm("anna@example.org");
    const auto letters = told.app.letter_count();
    REQUIRE(told.app.post_json("/v1/privacy-requests", {{"email", "anna@example.org"}, {"locale", "en"}})
                    ->status /
                100 ==
            2);
    const auto letter = told.app.letters(letters + 1).back();
    const auto start = letter.find("/privacy/");
    REQUIRE(start != std::string::npos);
    return told.app.client().Get(letter.substr(start, 9 + Token::length) + "?lang=en")->body;
  };
  CHECK(recipients("").find("by a reference without your address") != std::string::npos);
  CHECK(recipients("include_address = true\n").find("are told with your address") != std::string::npos);
}
