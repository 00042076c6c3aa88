// How many letters may be asked for, over HTTP, against the whole App.
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

std::string limits(const std::string& lines) {
  return "trusted_proxies = [\"127.0.0.1/32\"]\n[limits]\n" + lines + "\n";
}

// The trial with more lines in [server], then [limits].
std::string toml_with(const std::string& lines) {
  auto toml = trial_toml(one_list);
  return toml.insert(toml.find("[controller]"), limits(lines));
}

int sign_up(const RunningApp& app, const std::string& email, const std::string& client,
            httplib::Headers headers = {}) {
  headers.emplace("X-Forwarded-For", client);
  return app.post_json("/v1/signups", {{"email", email}}, headers)->status;
}

int ask(const RunningApp& app, const std::string& email, const std::string& client) {
  return app.post_json("/v1/privacy-requests", {{"email", email}}, {{"X-Forwarded-For", client}})->status;
}

}  // namespace

TEST_CASE("one client is limited, its neighbours are not") {
  RunningApp app(toml_with(R"(signups_per_client = "2/1h")"));
  CHECK(sign_up(app, "a@example.org", "192.0.2.1") == 202);
  CHECK(sign_up(app, "b@example.org", "192.0.2.1") == 202);
  CHECK(sign_up(app, "c@example.org", "192.0.2.1") == 429);
  CHECK(sign_up(app, "c@example.org", "192.0.2.2") == 202);
  CHECK(app.letters(3).size() == 3);
}

TEST_CASE("an IPv6 client is its /64") {
  RunningApp app(toml_with(R"(signups_per_client = "1/1h")"));
  CHECK(sign_up(app, "a@example.org", "2001:db8:0:1::1") == 202);
  CHECK(sign_up(app, "b@example.org", "2001:db8:0:1:ffff::2") == 429);
  CHECK(sign_up(app, "b@example.org", "2001:db8:0:2::1") == 202);
}

TEST_CASE("being limited says when to come again, and says nothing about the address") {
  RunningApp app(toml_with(R"(signups_per_client = "1/1h")"));
  CHECK(sign_up(app, "known@example.org", "192.0.2.1") == 202);
  const auto answer = [&](const char* email) {
    return app.post_json("/v1/signups", {{"email", email}}, {{"X-Forwarded-For", "192.0.2.1"}});
  };
  const auto limited = answer("known@example.org");
  CHECK(limited->status == 429);
  CHECK(limited->get_header_value("Content-Type") == "application/problem+json");
  const auto wait = std::stoi(limited->get_header_value("Retry-After"));
  CHECK(wait > 3590);
  CHECK(wait <= 3600);
  CHECK(limited->get_header_value("RateLimit-Policy") == "\"client\";q=1;w=3600");
  CHECK(limited->get_header_value("RateLimit") == "\"client\";r=0;t=" + std::to_string(wait));
  const auto problem = Json::parse(limited->body);
  CHECK(problem["type"] == "urn:optledger:problem:rate-limited");
  CHECK(problem["violated-policies"] == Json::array({"client"}));
  CHECK(limited->body.find("example.org") == std::string::npos);
  CHECK(answer("unknown@example.org")->status == 429);
}

TEST_CASE("a browser's form gets a page when it is limited, in its language") {
  RunningApp app(toml_with(R"(signups_per_client = "1/1h")"));
  const auto post = [&](const char* email) {
    return app.client().Post("/v1/signups", {{"X-Forwarded-For", "192.0.2.1"}, {"Accept", "text/html"}},
                             httplib::Params{{"your-email", email}, {"locale", "de"}});
  };
  CHECK(post("a@example.org")->status == 303);
  const auto page = post("b@example.org");
  CHECK(page->status == 429);
  CHECK(page->get_header_value("Content-Type") == "text/html; charset=utf-8");
  CHECK(page->body.find("<h1>Einen Moment bitte</h1>") != std::string::npos);
  CHECK_FALSE(page->get_header_value("Retry-After").empty());
}

TEST_CASE("the mail server of one domain is protected from many clients") {
  RunningApp app(toml_with(R"(signups_per_domain = "2/1h")"));
  CHECK(sign_up(app, "a@example.org", "192.0.2.1") == 202);
  CHECK(sign_up(app, "b@EXAMPLE.org", "192.0.2.2") == 202);
  CHECK(sign_up(app, "c@example.org", "192.0.2.3") == 429);
  CHECK(sign_up(app, "c@example.net", "192.0.2.3") == 202);
}

TEST_CASE("the whole service has a limit of its own, and it names itself") {
  RunningApp app(toml_with(R"(signups = "1/1h")"));
  CHECK(sign_up(app, "a@example.org", "192.0.2.1") == 202);
  CHECK(sign_up(app, "b@example.net", "192.0.2.2") == 429);
  const auto metrics = app.client().Get("/metrics", {{"Authorization", "Bearer " + app.add_key({"stats"})}});
  CHECK(metrics->body.find("optledger_limited_requests_total{limit=\"service\"} 1") != std::string::npos);
}

TEST_CASE("who is limited by one bucket takes nothing from the others") {
  RunningApp app(toml_with("signups_per_client = \"1/1h\"\nsignups_per_domain = \"2/1h\""));
  CHECK(sign_up(app, "a@example.org", "192.0.2.1") == 202);
  for (int i = 0; i < 5; ++i) CHECK(sign_up(app, "b@example.org", "192.0.2.1") == 429);
  CHECK(sign_up(app, "b@example.org", "192.0.2.2") == 202);
}

TEST_CASE("a backend with a key has no limit as a client, but its recipients' domains have") {
  RunningApp app(toml_with("signups_per_client = \"1/1h\"\nsignups_per_domain = \"3/1h\""));
  const httplib::Headers key{{"Authorization", "Bearer " + app.add_key({"signup"})}};
  for (const auto* email : {"a@example.org", "b@example.org", "c@example.org"}) {
    CHECK(sign_up(app, email, "192.0.2.1", key) == 202);
  }
  CHECK(sign_up(app, "d@example.org", "192.0.2.1", key) == 429);
}

TEST_CASE("asking for one's data counts like a sign-up, since it is answered by letter too") {
  RunningApp app(toml_with(R"(signups_per_client = "2/1h")"));
  CHECK(ask(app, "a@example.org", "192.0.2.1") == 202);
  CHECK(sign_up(app, "b@example.org", "192.0.2.1") == 202);
  CHECK(ask(app, "c@example.org", "192.0.2.1") == 429);
  const auto page =
      app.client().Post("/v1/privacy-requests", {{"X-Forwarded-For", "192.0.2.1"}, {"Accept", "text/html"}},
                        httplib::Params{{"email", "d@example.org"}, {"locale", "en"}});
  CHECK(page->status == 429);
  CHECK(page->body.find("<h1>One moment, please</h1>") != std::string::npos);
}

TEST_CASE("a trusted proxy is never taken for the client") {
  RunningApp app(toml_with(R"(signups_per_client = "1/1h")"));
  for (const auto* email : {"a@example.org", "b@example.org", "c@example.org"}) {
    CHECK(app.post_json("/v1/signups", {{"email", email}})->status == 202);
  }
}

TEST_CASE("what is refused for another reason costs nothing") {
  RunningApp app(toml_with(R"(signups_per_client = "1/1h")"));
  for (int i = 0; i < 3; ++i) CHECK(sign_up(app, "not an address", "192.0.2.1") == 422);
  CHECK(sign_up(app, "a@example.org", "192.0.2.1") == 202);
}
