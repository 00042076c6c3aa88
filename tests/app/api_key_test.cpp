// What an API key opens, and what it does not.
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

struct Guarded {
  std::string path;
  std::string scope;
};

const std::vector<Guarded> guarded{{"/v1/proofs", "proof"},
                                   {"/v1/unsubscribes", "manage"},
                                   {"/v1/blocks", "manage"},
                                   {"/v1/unblocks", "manage"},
                                   {"/v1/erasures", "manage"},
                                   {"/v1/subscriptions", "manage"},
                                   {"/v1/suppressions/check", "suppression"}};

int status_of(const RunningApp& app, const std::string& path, const std::string& authorization) {
  const httplib::Headers headers =
      authorization.empty() ? httplib::Headers{} : httplib::Headers{{"Authorization", authorization}};
  return app.post_json(path, {{"email", "anna@example.org"}, {"reason", "a test"}}, headers)->status;
}

}  // namespace

TEST_CASE("each guarded call needs a key, a live one, and one of its own scope") {
  const auto all_but = [](const std::string& scope) {
    auto scopes = known_scopes();
    scopes.erase(std::find(scopes.begin(), scopes.end(), scope));
    return scopes;
  };
  for (const auto& [path, scope] : guarded) {
    CAPTURE(path);
    RunningApp fresh;
    CHECK(status_of(fresh, path, "") == 401);
    CHECK(status_of(fresh, path, "Bearer optledger_" + std::string(43, 'A')) == 401);
    CHECK(status_of(fresh, path, "Bearer ") == 401);
    CHECK(status_of(fresh, path, "Basic YTpi") == 401);
    const auto wrong = fresh.add_key(all_but(scope));
    CHECK(status_of(fresh, path, "Bearer " + wrong) == 403);
    CHECK(status_of(fresh, path, "Bearer " + wrong + "x") == 401);
    fresh.revoke_keys();
    CHECK(status_of(fresh, path, "Bearer " + wrong) == 401);
  }
}

TEST_CASE("a key opens the calls of its scope, however the word Bearer is written") {
  for (const auto& [path, scope] : guarded) {
    CAPTURE(path);
    RunningApp app;
    const auto key = app.add_key({scope});
    for (const std::string bearer : {"Bearer ", "bearer ", "BEARER "}) {
      const auto status = status_of(app, path, bearer + key);
      CHECK(status != 401);
      CHECK(status != 403);
    }
  }
}

TEST_CASE("metrics on the public listener need a key of scope stats") {
  RunningApp app;
  CHECK(app.client().Get("/metrics")->status == 401);
  const auto key = app.add_key({"stats"});
  CHECK(app.client().Get("/metrics", {{"Authorization", "Bearer " + key}})->status == 200);
  app.revoke_keys();
  CHECK(app.client().Get("/metrics", {{"Authorization", "Bearer " + key}})->status == 401);
}
