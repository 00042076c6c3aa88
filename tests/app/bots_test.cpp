// What robots meet at the sign-up, over HTTP, against the whole App.
#include "lib/base/hash.hpp"
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

std::string toml_with_limits(const std::string& lines) {
  return trial_toml("[limits]\n" + lines + "\n" + one_list);
}

httplib::Result post_hosted(const RunningApp& app, httplib::Params fields) {
  fields.emplace("optledger", "hosted");
  fields.emplace("locale", "en");
  return app.client().Post("/v1/signups", httplib::Headers{{"Accept", "text/html"}}, fields);
}

std::string value_of(const std::string& html, const std::string& field) {
  const auto name = html.find("name=\"" + field + "\" value=\"");
  if (name == std::string::npos) return {};
  const auto start = name + field.size() + 15;
  return html.substr(start, html.find('"', start) - start);
}

std::string solved(const Json& challenge) {
  const auto salt = challenge["salt"].get<std::string>();
  const auto wanted = challenge["challenge"].get<std::string>();
  std::int64_t number = 0;
  while (to_hex(sha256(salt + std::to_string(number))) != wanted) ++number;
  auto payload = challenge;
  payload.erase("maxnumber");
  payload["number"] = number;
  return to_base64(payload.dump());
}

Json challenge_from(const RunningApp& app) {
  return Json::parse(app.client().Get("/v1/challenges?list=news")->body);
}

std::string type_of(const httplib::Result& answer) { return Json::parse(answer->body)["type"]; }

constexpr const char* with_work = "proof_of_work = true\nwork_difficulty = 1000";

}  // namespace

TEST_CASE("the hosted form works whatever the list's other forms call their fields") {
  RunningApp app;
  CHECK(post_hosted(app, {{"email", "a@example.org"}, {"name", "Anna"}})->status == 303);
  CHECK(app.letters(1).size() == 1);
}

TEST_CASE("who fills in the field that nobody sees is thanked like anybody, and nothing happens") {
  RunningApp app;
  const auto page = app.client().Get("/signup/news?lang=en")->body;
  CHECK(page.find("name=\"homepage_url\"") != std::string::npos);
  const auto person = post_hosted(app, {{"email", "a@example.org"}, {"homepage_url", ""}});
  const auto robot = post_hosted(app, {{"email", "b@example.org"}, {"homepage_url", "https://spam.example"}});
  CHECK(person->status == 303);
  CHECK(robot->status == 303);
  CHECK(robot->get_header_value("Location") == person->get_header_value("Location"));
  CHECK(app.letters(1).size() == 1);
  CHECK(app.count_records("signup_requested") == 1);
}

TEST_CASE("addresses of a domain that the operator refuses are refused, with the field named") {
  RunningApp app(toml_with_limits("blocked_domains_file = \"blocked.txt\""),
                 {{"blocked.txt", "trash.example\n"}});
  for (const auto* email : {"a@trash.example", "b@SUB.trash.example"}) {
    const auto answer = app.post_json("/v1/signups", {{"email", email}});
    CHECK(answer->status == 422);
    CHECK(type_of(answer) == "urn:optledger:problem:blocked-domain");
    CHECK(Json::parse(answer->body)["field"] == "email");
  }
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}})->status == 202);
  const auto page = post_hosted(app, {{"email", "a@trash.example"}});
  CHECK(page->status == 422);
  CHECK(page->body.find("You cannot sign up here with addresses of this provider") != std::string::npos);
}

TEST_CASE("a form that was filled in within no time comes back, and is taken when it is sent again") {
  RunningApp app(toml_with_limits("fill_time = \"3s\""));
  const auto stamp = value_of(app.client().Get("/signup/news?lang=en")->body, "stamp");
  CHECK(stamp.size() == 32);
  const auto hasty = post_hosted(app, {{"email", "a@example.org"}, {"stamp", stamp}});
  CHECK(hasty->status == 422);
  CHECK(hasty->body.find("That was very quick.") != std::string::npos);
  CHECK(value_of(hasty->body, "stamp") == stamp);  // so that the second press of the button is old enough
  CHECK(hasty->body.find("value=\"a@example.org\"") != std::string::npos);
  app.clock.advance(std::chrono::seconds{3});
  CHECK(post_hosted(app, {{"email", "a@example.org"}, {"stamp", stamp}})->status == 303);
}

TEST_CASE("a form without a stamp, or with an old one, comes back with a fresh one") {
  RunningApp app(toml_with_limits("fill_time = \"3s\""));
  const auto stamp = value_of(app.client().Get("/signup/news")->body, "stamp");
  app.clock.advance(std::chrono::hours{25});
  for (const auto& old : {stamp, std::string("forged")}) {
    const auto answer = post_hosted(app, {{"email", "a@example.org"}, {"stamp", old}});
    CHECK(answer->status == 422);
    CHECK(value_of(answer->body, "stamp").size() == 32);
    CHECK(value_of(answer->body, "stamp") != stamp);
  }
  CHECK(type_of(app.post_json("/v1/signups", {{"email", "a@example.org"}})) ==
        "urn:optledger:problem:form-unstamped");
}

TEST_CASE("other websites get the stamp from the service, never from a cache") {
  RunningApp app(toml_with_limits("fill_time = \"1s\""));
  const auto answer = app.client().Get("/v1/challenges", {{"Origin", "https://www.example.de"}});
  CHECK(answer->get_header_value("Access-Control-Allow-Origin") == "https://www.example.de");
  CHECK(answer->get_header_value("Cache-Control") == "no-store");
  const auto body = Json::parse(answer->body);
  CHECK(body.size() == 1);
  app.clock.advance(std::chrono::seconds{1});
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"stamp", body["stamp"]}})->status == 202);
  CHECK(app.client().Get("/v1/challenges?list=nobody")->status == 404);
  const auto foreign = app.client().Get("/v1/challenges", {{"Origin", "https://evil.example"}});
  CHECK_FALSE(foreign->has_header("Access-Control-Allow-Origin"));
}

TEST_CASE("without bots in mind a challenge is empty, and nothing is asked for") {
  RunningApp app;
  CHECK(challenge_from(app) == Json::object());
  const auto page = app.client().Get("/signup/news");
  CHECK(page->body.find("<script") == std::string::npos);
  CHECK(page->get_header_value("Content-Security-Policy").find("script-src") == std::string::npos);
}

TEST_CASE("where work is asked for, a sign-up counts when it was done, once") {
  RunningApp app(toml_with_limits(with_work));
  const auto bare = app.post_json("/v1/signups", {{"email", "a@example.org"}});
  CHECK(bare->status == 422);
  CHECK(type_of(bare) == "urn:optledger:problem:work-missing");
  CHECK(Json::parse(bare->body)["field"] == "altcha");
  const auto work = solved(challenge_from(app));
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"altcha", work}})->status == 202);
  const auto again = app.post_json("/v1/signups", {{"email", "b@example.org"}, {"altcha", work}});
  CHECK(again->status == 422);
  CHECK(type_of(again) == "urn:optledger:problem:work-expired");
  const auto late = solved(challenge_from(app));
  app.clock.advance(std::chrono::minutes{21});
  CHECK(type_of(app.post_json("/v1/signups", {{"email", "b@example.org"}, {"altcha", late}})) ==
        "urn:optledger:problem:work-expired");
  CHECK(app.letters(1).size() == 1);
}

TEST_CASE("what is refused for another reason does not spend the work") {
  RunningApp app(toml_with_limits(with_work));
  const auto work = solved(challenge_from(app));
  CHECK(app.post_json("/v1/signups", {{"email", "nobody"}, {"altcha", work}})->status == 422);
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"altcha", work}})->status == 202);
}

TEST_CASE("work from before a restart is worthless, since nobody knows any more what was spent") {
  RunningApp app(toml_with_limits(with_work));
  const auto work = solved(challenge_from(app));
  app.stop();
  app.start();
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"altcha", work}})->status == 422);
}

TEST_CASE("a backend with a key needs neither stamp nor work") {
  RunningApp app(toml_with_limits(std::string(with_work) + "\nfill_time = \"3s\""));
  const httplib::Headers key{{"Authorization", "Bearer " + app.add_key({"signup"})}};
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}}, key)->status == 202);
}

TEST_CASE("the operator may let some through without work, so that the form works without JavaScript") {
  RunningApp app(toml_with_limits(std::string(with_work) + "\nsignups_without_work = \"2/1h\""));
  CHECK(post_hosted(app, {{"email", "a@example.org"}, {"altcha", ""}})->status == 303);
  CHECK(post_hosted(app, {{"email", "b@example.org"}})->status == 303);
  const auto third = post_hosted(app, {{"email", "c@example.org"}});
  CHECK(third->status == 422);
  CHECK(third->body.find("has not solved the task") != std::string::npos);
  const auto work = solved(challenge_from(app));
  CHECK(post_hosted(app, {{"email", "c@example.org"}, {"altcha", work}})->status == 303);
}

TEST_CASE("the page that does work may run its own script, and no other page may run any") {
  RunningApp app(toml_with_limits(with_work));
  const auto page = app.client().Get("/signup/news");
  const auto policy = page->get_header_value("Content-Security-Policy");
  CHECK(policy.find("script-src 'self'; worker-src 'self'; connect-src 'self';") != std::string::npos);
  const auto start = page->body.find("/assets/work-");
  REQUIRE(start != std::string::npos);
  const auto script = app.client().Get(page->body.substr(start, page->body.find('"', start) - start));
  CHECK(script->status == 200);
  CHECK(script->get_header_value("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(app.client().Get("/privacy")->get_header_value("Content-Security-Policy").find("script-src") ==
        std::string::npos);
}
