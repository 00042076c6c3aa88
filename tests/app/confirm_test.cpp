// The link in the letter, over HTTP, against the whole App.
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

#include <atomic>

using namespace optledger;

TEST_CASE("GET and HEAD of the link write nothing: a hundred scanners and one person make one confirmation") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  auto client = app.client();
  for (int i = 0; i < 100; ++i) {
    CHECK(client.Get("/confirm/" + token + "?confirm=true")->status == 200);
    CHECK(client.Head("/confirm/" + token)->status == 200);
  }
  CHECK(app.count_records("confirmed") == 0);
  CHECK(client.Post("/confirm/" + token)->status == 200);
  CHECK(app.count_records("confirmed") == 1);
}

TEST_CASE("200 parallel POSTs confirm exactly once and all see success") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  std::atomic<int> succeeded{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&] {
      auto client = app.client();
      for (int times = 0; times < 5; ++times) {
        if (const auto result = client.Post("/confirm/" + token); result && result->status == 200)
          ++succeeded;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(succeeded == 200);
  CHECK(app.count_records("confirmed") == 1);
}

TEST_CASE("the confirm page shows facts, not the whole address, and one clear button") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  const auto page = app.client().Get("/confirm/" + token)->body;
  CHECK(page.find("anna@example.org") == std::string::npos);
  CHECK(page.find("a…@e….org") != std::string::npos);
  CHECK(page.find("Neuigkeiten") != std::string::npos);
  CHECK(page.find("Example GmbH") != std::string::npos);
}

TEST_CASE("an expired link is 410, after its erasure too, and nothing of the person is left in any file") {
  RunningApp app;
  const auto token = app.token_for("anna.unforgettable@example.org");
  app.clock.advance(std::chrono::hours(24 * 7));
  CHECK(app.client().Get("/confirm/" + token)->status == 410);
  CHECK(app.client().Post("/confirm/" + token)->status == 410);
  const auto has_traces = [&] {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(app.folder() / "state")) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      if (bytes.find("nforgettable") != std::string::npos) return true;
    }
    return false;
  };
  for (int tries = 0; tries < 400 && has_traces(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(has_traces());
  CHECK(app.client().Post("/confirm/" + token)->status == 410);
}

TEST_CASE("a newer letter kills the older link") {
  RunningApp app;
  const auto first = app.token_for("anna@example.org");
  app.clock.advance(std::chrono::hours(24));
  const auto second = app.token_for("anna@example.org");
  CHECK(app.client().Post("/confirm/" + first)->status == 410);
  CHECK(app.client().Post("/confirm/" + second)->status == 200);
  CHECK(app.client().Post("/confirm/" + first)->status == 410);
}

TEST_CASE("altered, foreign and truncated tokens are unknown: 404") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  for (const auto& bad :
       {token.substr(1), token + "A", std::string(44, 'A'), std::string("x"), std::string("%00")}) {
    CHECK(app.client().Post("/confirm/" + bad)->status == 404);
    CHECK(app.client().Get("/confirm/" + bad)->status == 404);
  }
}

TEST_CASE("'this was not me' ends the signup, erases it, and no letter follows that day") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  const auto cancel = [&] {
    return app.client()
        .Post("/confirm/" + token, "action=cancel", "application/x-www-form-urlencoded")
        ->status;
  };
  CHECK(cancel() == 200);
  CHECK(cancel() == 200);
  CHECK(app.client().Post("/confirm/" + token)->status == 410);
  CHECK(app.post_json("/v1/signups", {{"email", "anna@example.org"}})->status == 202);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  CHECK(app.letter_count() == 1);
  app.clock.advance(std::chrono::hours(24));
  CHECK_NOTHROW(app.token_for("anna@example.org"));
}

TEST_CASE("own front ends confirm with JSON") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  const auto confirmed = app.post_json("/v1/confirmations", {{"token", token}});
  CHECK(confirmed->status == 200);
  CHECK(Json::parse(confirmed->body).at("status") == "confirmed");
  CHECK(app.post_json("/v1/confirmations", {{"token", token}})->body == confirmed->body);
  CHECK(app.post_json("/v1/confirmations", {{"token", "x"}})->status == 404);
  CHECK(app.post_json("/v1/confirmations", {{"tokens", "x"}})->status == 422);
  CHECK(app.client().Post("/v1/confirmations", "token=x", "application/x-www-form-urlencoded")->status ==
        415);
}

TEST_CASE("the proof holds every record with salt, the wording and the letter; the look-up is recorded") {
  RunningApp app;
  const auto token = app.token_for("Anna@example.org");
  for (int tries = 0; tries < 200 && app.count_records("letter_sent") == 0; ++tries) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(25));  // the letter is read before its record is written
  }
  REQUIRE(app.client().Post("/confirm/" + token)->status == 200);
  const auto key = app.add_key({"proof"});
  const httplib::Headers auth{{"Authorization", "Bearer " + key}};
  const auto result =
      app.post_json("/v1/proofs", {{"email", "anna@example.org"}, {"reason", "case 7"}}, auth);
  REQUIRE(result->status == 200);
  const auto proof = Json::parse(result->body);
  CHECK(proof.at("subject") == Json({{"email", "Anna@example.org"}, {"list", "news"}}));
  CHECK(proof.at("conclusion").at("state") == "confirmed");
  std::vector<std::string> kinds;
  for (const auto& entry : proof.at("records")) {
    kinds.push_back(entry.at("record").at("kind"));
    CHECK(entry.at("salt").get<std::string>().size() == 64);
  }
  CHECK(kinds == std::vector<std::string>{"signup_requested", "letter_sent", "confirmed", "proof_issued"});
  CHECK(proof.at("wordings").size() == 1);
  CHECK(proof.at("letters").size() == 1);
  CHECK(result->body.find(token) == std::string::npos);
  CHECK(app.post_json("/v1/proofs", {{"email", "nobody@example.org"}, {"reason", "case 7"}}, auth)->status ==
        404);
  CHECK(app.post_json("/v1/proofs", {{"email", "anna@example.org"}, {"reason", " "}}, auth)->status == 422);
  CHECK(
      app.post_json("/v1/proofs", {{"email", "anna@example.org"}, {"reason", "for x@y.de"}}, auth)->status ==
      422);
  CHECK(app.post_json("/v1/proofs", {{"email", "anna@example.org"}, {"reason", "x"}})->status == 401);
  CHECK(app.look_ups("anna@example.org") == 1);
}

TEST_CASE("a key without the scope, and a revoked one, open nothing") {
  RunningApp app;
  const auto key = app.add_key({"signup"});
  const Json body{{"email", "a@example.org"}, {"reason", "x"}};
  CHECK(app.post_json("/v1/proofs", body, {{"Authorization", "Bearer " + key}})->status == 403);
  app.revoke_keys();
  CHECK(app.post_json("/v1/proofs", body, {{"Authorization", "Bearer " + key}})->status == 401);
}

TEST_CASE("a backend's sign-up records the subscriber it saw, not itself") {
  RunningApp app;
  const auto key = app.add_key({"signup", "proof"});
  const httplib::Headers auth{{"Authorization", "Bearer " + key}};
  const auto at = to_rfc3339(app.clock.now() - std::chrono::hours(1));
  const Json signup{
      {"email", "a@example.org"}, {"ip", "2001:db8::7"}, {"user_agent", "Phone"}, {"signed_up_at", at}};
  CHECK(app.post_json("/v1/signups", signup, auth)->status == 202);
  const auto proof =
      Json::parse(app.post_json("/v1/proofs", {{"email", "a@example.org"}, {"reason", "x"}}, auth)->body);
  const auto& record = proof.at("records").at(0).at("record");
  CHECK(record.at("ip") == "2001:db8::7");
  CHECK(record.at("ip_source") == "stated");
  CHECK(record.at("user_agent") == "Phone");
  CHECK(record.at("details").at("signed_up_at") == at);
  for (const auto& bad : {to_rfc3339(app.clock.now() + std::chrono::minutes(1)),
                          to_rfc3339(app.clock.now() - std::chrono::hours(25)), std::string("yesterday")}) {
    CHECK(app.post_json("/v1/signups", {{"email", "b@example.org"}, {"signed_up_at", bad}}, auth)->status ==
          422);
  }
}

TEST_CASE("the state survives a restart, and the letter of a lost delivery is sent after it") {
  RunningApp app;
  const auto token = app.token_for("anna@example.org");
  app.stop();
  app.start();
  CHECK(app.client().Post("/confirm/" + token)->status == 200);
}

TEST_CASE(
    "the access log holds full addresses in its own file and forgets them within seven days, before "
    "serving") {
  RunningApp app;
  app.client().Get("/confirm/" + std::string(44, 'A'));
  const auto segments = [&] {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(app.folder())) {
      if (entry.path().filename().string().starts_with("access.log.")) found.push_back(entry.path());
    }
    return found;
  };
  REQUIRE(segments().size() == 1);
  std::ifstream in(segments()[0]);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  CHECK(text.find("127.0.0.1") != std::string::npos);
  CHECK(text.find("/confirm/{token}") != std::string::npos);
  CHECK(text.find("AAAA") == std::string::npos);
  const auto old = segments()[0];
  app.stop();
  app.clock.advance(std::chrono::hours(24 * 7));
  app.start();
  CHECK_FALSE(std::filesystem::exists(old));
}
