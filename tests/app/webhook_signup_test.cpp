// Sign-ups that a backend signs (Standard Webhooks), against the whole App.
#include "lib/webhook/webhook_signature.hpp"
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const std::string old_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string new_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const std::string news = "webhook_secret_file = \"secret\"\nauthenticated_only = true\n";
const std::string shop = R"([[list]]
id = "shop"
title = { de = "Angebote", en = "Offers" }
wording = { de = "news.de.md", en = "news.en.md" }
)";

// Two lists: one for backends only, and one that takes anybody and no signature.
class Backend {
 public:
  Backend() : app(prepared()) {}

  httplib::Headers signature(const Json& body, const std::string& id, const std::string& by = new_secret,
                             Duration late = 0s) {
    const auto headers =
        sign_webhook({WebhookSecret::parse(by).value()}, id, app.clock.now() - late, body.dump());
    return {{"webhook-id", headers.id},
            {"webhook-timestamp", headers.timestamp},
            {"webhook-signature", headers.signature}};
  }
  httplib::Result post(const Json& body, const std::string& id) {
    return app.post_json("/v1/signups", body, signature(body, id));
  }
  int signups() { return app.count_records("signup_requested"); }

  RunningApp app;

 private:
  static std::string prepared() {
    static const TemporaryFolder secrets;
    const auto file = secrets.path() / "secret";
    std::ofstream(file) << new_secret << "\n" << old_secret << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    auto toml = trial_toml(one_list) + news + shop;
    toml.replace(toml.find("\"secret\""), 8, "\"" + file.string() + "\"");
    return toml;
  }
};

Json posted(const Json& more = Json::object()) {
  Json body{{"email", "anna@example.org"}, {"list", "news"}};
  body.update(more);
  return body;
}

std::string code_of(const httplib::Result& result) {
  return Json::parse(result->body).at("type").get<std::string>();
}

}  // namespace

TEST_CASE("a signed sign-up may state what the backend saw, as one with a key may") {
  Backend backend;
  const auto at = to_rfc3339(backend.app.clock.now() - 1h);
  const auto body = posted({{"ip", "203.0.113.7"}, {"user_agent", "Shop/1"}, {"signed_up_at", at}});
  CHECK(backend.post(body, "msg_1")->status == 202);
  CHECK(backend.app.letters(1).size() == 1);
  CHECK(backend.app
            .post_json("/v1/signups", posted({{"email", "b@example.org"}}),
                       backend.signature(posted({{"email", "b@example.org"}}), "msg_2", old_secret))
            ->status == 202);
  CHECK(backend.signups() == 2);
}

TEST_CASE("a webhook-id that comes again is answered as the first time and records nothing") {
  Backend backend;
  const auto first = backend.post(posted(), "msg_1");
  REQUIRE(first->status == 202);
  backend.app.clock.advance(2min);  // signed anew, as a sender's second try is
  const auto second = backend.post(posted(), "msg_1");
  CHECK(second->status == 202);
  CHECK(second->body == first->body);
  CHECK(backend.signups() == 1);
  CHECK(backend.post(posted(), "msg_2")->status == 202);  // another call: recorded as a repeat
  CHECK(backend.signups() == 2);
}

TEST_CASE("a webhook-id is known over a restart, and forgotten by the retention after a week") {
  Backend backend;
  REQUIRE(backend.post(posted(), "msg_1")->status == 202);
  backend.app.stop();
  backend.app.start();
  CHECK(backend.post(posted(), "msg_1")->status == 202);
  CHECK(backend.signups() == 1);
  const auto rows = [&] {
    SQLite::Database database((backend.app.folder() / "state" / "optledger.db").string());
    return database.execAndGet("SELECT count(*) FROM webhook_call").getInt();
  };
  CHECK(rows() == 1);
  backend.app.stop();
  backend.app.clock.advance(7 * 24h + 1h);
  backend.app.start();  // runs the retention
  CHECK(rows() == 0);
}

TEST_CASE("what was refused may be mended and sent again under its webhook-id") {
  Backend backend;
  CHECK(backend.post(posted({{"email", "nobody"}}), "msg_1")->status == 422);
  CHECK(backend.post(posted({{"wording", std::string(64, 'a')}}), "msg_1")->status == 422);
  CHECK(backend.post(posted(), "msg_1")->status == 202);
  CHECK(backend.signups() == 1);
}

TEST_CASE("a signature that does not hold is a 401, whoever could have signed up without") {
  Backend backend;
  const auto status = [&](const Json& body, const httplib::Headers& headers) {
    const auto result = backend.app.post_json("/v1/signups", body, headers);
    CHECK(result->status == 401);
    CHECK(code_of(result) == "urn:optledger:problem:unauthorized");
    return Json::parse(result->body).at("detail").get<std::string>();
  };
  const auto good = backend.signature(posted(), "msg_1");
  CHECK(status(posted({{"email", "eve@example.org"}}), good).starts_with("The signature"));
  CHECK(status(posted(), backend.signature(posted(), "msg_1", old_secret, 301s)).find("five minutes") !=
        std::string::npos);
  for (const std::string missing : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
    auto headers = good;
    headers.erase(missing);
    status(posted(), headers);
  }
  const auto foreign = "whsec_" + to_base64(std::string(32, 'x'));
  status(posted(), backend.signature(posted(), "msg_1", foreign));
  // Another list's secret is none of this one's.
  const Json offers{{"email", "anna@example.org"}, {"list", "shop"}};
  status(offers, backend.signature(offers, "msg_1"));
  CHECK(backend.signups() == 0);
}

TEST_CASE("a list for backends only takes nobody else") {
  Backend backend;
  const auto refused = backend.app.post_json("/v1/signups", posted());
  CHECK(refused->status == 403);
  CHECK(code_of(refused) == "urn:optledger:problem:not-authenticated");
  const httplib::Params form{{"your-email", "anna@example.org"}, {"list", "news"}};
  const auto page = backend.app.client().Post("/v1/signups", {{"Accept", "text/html"}}, form);
  CHECK(page->status == 403);
  CHECK(page->get_header_value("Content-Type").starts_with("text/html"));
  const auto key = backend.app.add_key({"signup"});
  CHECK(backend.app.post_json("/v1/signups", posted(), {{"Authorization", "Bearer " + key}})->status == 202);
  CHECK(backend.app.post_json("/v1/signups", {{"email", "b@example.org"}, {"list", "shop"}})->status == 202);
  CHECK(backend.signups() == 2);
}

TEST_CASE("the page of a list for backends only has no form and says so") {
  Backend backend;
  const auto page = backend.app.client().Get("/signup/news?lang=en");
  CHECK(page->status == 200);
  CHECK(page->body.find("<form") == std::string::npos);
  CHECK(page->body.find("on another page, not here") != std::string::npos);
  CHECK(backend.app.client().Get("/signup/shop?lang=en")->body.find("<form") != std::string::npos);
}

TEST_CASE("a key without the scope is a 403 beside a good signature, and a revoked one a 401") {
  Backend backend;
  auto headers = backend.signature(posted(), "msg_1");
  headers.emplace("Authorization", "Bearer " + backend.app.add_key({"proof"}));
  CHECK(backend.app.post_json("/v1/signups", posted(), headers)->status == 403);
  backend.app.revoke_keys();
  CHECK(backend.app.post_json("/v1/signups", posted(), headers)->status == 401);
  CHECK(backend.signups() == 0);
}
