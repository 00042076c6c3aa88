// Signing up, over HTTP, against the whole App.
#include "lib/base/hash.hpp"
#include "lib/consent/wording.hpp"
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

Json problem(const httplib::Result& result) {
  REQUIRE(result);
  CHECK(result->get_header_value("Content-Type") == "application/problem+json");
  return Json::parse(result->body);
}

httplib::Result post_form(const RunningApp& app, const httplib::Params& fields,
                          httplib::Headers headers = {}) {
  return app.client().Post("/v1/signups", headers, fields);
}

}  // namespace

TEST_CASE("a sign-up is answered the same for every state of the address") {
  RunningApp app;
  const auto answer = [&] {
    const auto result = app.post_json("/v1/signups", {{"email", "anna@example.org"}});
    REQUIRE(result);
    auto headers = result->headers;
    headers.erase("Date");
    return std::tuple(result->status, headers, result->body);
  };
  const auto fresh = answer();
  CHECK(std::get<0>(fresh) == 202);
  CHECK(std::get<2>(fresh) == R"({"status":"confirmation_requested"})");
  const auto token = RunningApp::token_in(app.letters(1).at(0));
  CHECK(answer() == fresh);  // pending
  REQUIRE(app.client().Post("/confirm/" + token)->status == 200);
  CHECK(answer() == fresh);  // confirmed, and pending once more
  const auto second = RunningApp::token_in(app.letters(2).at(0));
  REQUIRE(
      app.client().Post("/confirm/" + second, "action=cancel", "application/x-www-form-urlencoded")->status ==
      200);
  CHECK(answer() == fresh);  // cancelled
}

TEST_CASE("JSON, a urlencoded form and multipart are taken alike") {
  RunningApp app;
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"name", "Änne"}})->status == 202);
  CHECK(post_form(app, {{"email", "x"}, {"your-email", "b@example.org"}})->status == 303);
  const httplib::MultipartFormDataItems items{{"your-email", "c@example.org", "", ""},
                                              {"your-name", "C", "", ""}};
  CHECK(app.client().Post("/v1/signups", items)->status == 303);
  CHECK(app.letters(3).size() == 3);
}

TEST_CASE("a form gets the hosted page, or JSON when it asks for it") {
  RunningApp app;
  const auto page = post_form(app, {{"your-email", "b@example.org"}}, {{"Accept", "text/html"}});
  CHECK(page->get_header_value("Location") == "http://127.0.0.1:1/signup/news/requested?lang=de");
  CHECK(post_form(app, {{"your-email", "c@example.org"}}, {{"Accept", "application/json"}})->status == 202);
  const auto again = post_form(app, {{"your-email", "<b>@"}}, {{"Accept", "text/html"}});
  CHECK(again->status == 422);
  CHECK(again->body.find("&lt;b&gt;@") != std::string::npos);
  CHECK(again->body.find("<b>@") == std::string::npos);
}

TEST_CASE("all that is wrong is said at once, with field and reason") {
  RunningApp app;
  const auto said = problem(app.post_json(
      "/v1/signups",
      {{"email", "nobody"}, {"name", "a\nb"}, {"purposes", {"selling"}}, {"source_url", "ftp://x"}}));
  CHECK(said.at("status") == 422);
  CHECK(said.at("type") == "urn:optledger:problem:invalid-email");
  CHECK(said.at("errors").size() == 4);
  CHECK(problem(app.post_json("/v1/signups", {{"email", 5}})).at("errors").at(0).at("code") == "wrong-type");
  CHECK(problem(app.post_json("/v1/signups", {{"email", "a@b.org"}, {"admin", true}})).at("type") ==
        "urn:optledger:problem:unknown-field");
  CHECK(problem(app.post_json("/v1/signups", Json::object())).at("type") ==
        "urn:optledger:problem:missing-email");
  CHECK(app.letter_count() == 0);
}

TEST_CASE("what is not JSON is refused as such") {
  RunningApp app;
  const auto post = [&](const std::string& body, const char* type) {
    const auto result = app.client().Post("/v1/signups", body, type);
    REQUIRE(result);
    return result->status;
  };
  CHECK(post("{", "application/json") == 400);
  CHECK(post(R"({"email":"a@b.org","email":"c@d.org"})", "application/json") == 400);
  CHECK(post("{\"email\":\"a\xFF@b.org\"}", "application/json") == 400);
  CHECK(post(std::string(60'000, '['), "application/json") == 400);
  CHECK(post("email=a@b.org", "text/plain") == 415);
  CHECK(post("email=%zz", "application/x-www-form-urlencoded") == 400);
  CHECK(post(std::string(70'000, 'x'), "application/json") == 413);
}

TEST_CASE("a signup is bound to the wording the person saw") {
  RunningApp app;
  const auto wording = make_wording("Ja, ich möchte die Neuigkeiten.\n", {{"opens", "Öffnungen messen"}});
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"wording", to_hex(wording.sha256)}})
            ->status == 202);
  const auto refused =
      app.post_json("/v1/signups", {{"email", "b@example.org"}, {"wording", to_hex(sha256("other"))}});
  CHECK(problem(refused).at("type") == "urn:optledger:problem:invalid-wording");
}

TEST_CASE("a wording that was shown before a change is still accepted after it") {
  RunningApp app;
  const auto old = make_wording("Ja, ich möchte die Neuigkeiten.\n", {{"opens", "Öffnungen messen"}});
  app.stop();
  app.write("news.de.md", "Ja, ganz neu.\n");
  app.start();
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}, {"wording", to_hex(old.sha256)}})->status ==
        202);
}

TEST_CASE("nobody but an authenticated backend may state the subscriber's address") {
  RunningApp app;
  for (const auto* field : {"ip", "user_agent", "signed_up_at"}) {
    const auto refused = app.post_json("/v1/signups", {{"email", "a@example.org"}, {field, "x"}});
    CHECK(problem(refused).at("status") == 403);
    CHECK(problem(refused).at("field") == field);
  }
  CHECK(app.post_json("/v1/signups", {{"email", "a@example.org"}}, {{"Authorization", "Bearer nonsense"}})
            ->status == 401);
  CHECK(app.letter_count() == 0);
}

TEST_CASE("other websites may post only when the list names their origin") {
  RunningApp app;
  const auto with_origin = [&](const std::string& origin, httplib::Headers more = {}) {
    more.emplace("Origin", origin);
    return post_form(app, {{"your-email", "a@example.org"}}, more);
  };
  CHECK(with_origin("https://evil.example")->status == 403);
  CHECK(with_origin("null")->status == 403);
  CHECK(with_origin("null", {{"Sec-Fetch-Site", "cross-site"}})->status == 403);
  CHECK(with_origin("null", {{"Sec-Fetch-Site", "same-origin"}})->status == 303);
  CHECK(with_origin("http://127.0.0.1:1")->status == 303);
  const auto allowed = with_origin("https://www.example.de");
  CHECK(allowed->status == 303);
  CHECK(allowed->get_header_value("Access-Control-Allow-Origin") == "https://www.example.de");
  CHECK(with_origin("https://evil.example")->get_header_value("Access-Control-Allow-Origin").empty());
  const auto preflight = app.client().Options("/v1/signups", {{"Origin", "https://www.example.de"}});
  CHECK(preflight->status == 204);
  CHECK(preflight->get_header_value("Access-Control-Allow-Origin") == "https://www.example.de");
  CHECK(app.client()
            .Options("/v1/signups", {{"Origin", "https://evil.example"}})
            ->get_header_value("Access-Control-Allow-Origin")
            .empty());
}

TEST_CASE("nothing is pre-ticked on the hosted form, and it shows the wording it names") {
  RunningApp app;
  const auto page = app.client().Get("/signup/news?lang=en");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->body.find("checked") == std::string::npos);
  CHECK(page->body.find("Yes, I want the news.") != std::string::npos);
  const auto wording = make_wording("Yes, I want the news.\n", {{"opens", "Measure openings"}});
  CHECK(page->body.find(to_hex(wording.sha256)) != std::string::npos);
  CHECK(app.client().Get("/signup/nolist")->status == 404);
}

TEST_CASE("unknown paths, wrong methods and security headers") {
  RunningApp app;
  auto client = app.client();
  CHECK(client.Get("/nothing")->status == 404);
  const auto wrong = client.Put("/v1/signups", "", "application/json");
  CHECK(wrong->status == 405);
  CHECK(wrong->get_header_value("Allow") == "OPTIONS, POST");
  const auto page = client.Get("/");
  CHECK(page->get_header_value("X-Content-Type-Options") == "nosniff");
  CHECK(page->get_header_value("Cache-Control") == "no-store");
  CHECK(page->get_header_value("Referrer-Policy") == "no-referrer");
  CHECK(page->get_header_value("Content-Security-Policy").find("frame-ancestors 'none'") !=
        std::string::npos);
  CHECK(client.Get("/healthz")->status == 200);
  CHECK(client.Get("/readyz")->status == 200);
  CHECK(client.Get("/metrics")->status == 401);
}
