// The consent proof over HTTP, against the whole App.
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

std::string toml_with_all_about_the_controller() {
  auto toml = trial_toml(one_list);
  const std::string section = "[controller]\n";
  toml.insert(toml.find(section) + section.size(), R"(phone = "+49 611 000000"
contact = "Datenschutzbeauftragte: Dr. Eva Beispiel"
legal_lines = ["Amtsgericht Wiesbaden, HRB 00000", "Geschäftsführerin: Erika Mustermann"]
jurisdiction = "DE-HE"
supervisory_authority = "Der Hessische Beauftragte"
)");
  return toml;
}

httplib::Result look_up(RunningApp& app, httplib::Headers headers = {}) {
  headers.emplace("Authorization", "Bearer " + app.add_key({"proof"}));
  return app.post_json("/v1/proofs", {{"email", "anna@example.org"}, {"reason", "case 7"}}, headers);
}

}  // namespace

TEST_CASE("a proof names the controller with everything that is configured") {
  RunningApp app(toml_with_all_about_the_controller());
  app.post_json("/v1/signups", {{"email", "anna@example.org"}});
  const auto answer = look_up(app);
  REQUIRE(answer->status == 200);
  CHECK(Json::parse(answer->body).at("controller") ==
        Json({{"name", "Example GmbH"},
              {"street", "Musterstraße 3"},
              {"postal_code", "65189"},
              {"city", "Wiesbaden"},
              {"country", "DE"},
              {"email", "datenschutz@example.de"},
              {"phone", "+49 611 000000"},
              {"contact", "Datenschutzbeauftragte: Dr. Eva Beispiel"},
              {"legal_lines", {"Amtsgericht Wiesbaden, HRB 00000", "Geschäftsführerin: Erika Mustermann"}},
              {"jurisdiction", "DE-HE"},
              {"supervisory_authority", "Der Hessische Beauftragte"},
              {"imprint_url", "https://example.de/impressum"},
              {"privacy_url", "https://example.de/datenschutz"}}));
}

TEST_CASE("what the configuration does not say about the controller is null in a proof, never missing") {
  RunningApp app;
  app.post_json("/v1/signups", {{"email", "anna@example.org"}});
  const auto controller = Json::parse(look_up(app)->body).at("controller");
  for (const char* name : {"phone", "contact", "jurisdiction", "supervisory_authority"}) {
    REQUIRE(controller.contains(name));
    CHECK(controller.at(name) == nullptr);
  }
  CHECK(controller.at("legal_lines") == Json::array());
}

TEST_CASE("a proof as a page names the newsletter by its title, which the JSON has no member for") {
  RunningApp app;
  app.post_json("/v1/signups", {{"email", "anna@example.org"}, {"locale", "en"}});
  const auto answer = look_up(app, {{"Accept", "text/html"}});
  REQUIRE(answer->status == 200);
  CHECK(answer->body.find("<html lang=\"en\">") != std::string::npos);
  CHECK(answer->body.find("<dt>Newsletter</dt><dd><bdi>News</bdi>") != std::string::npos);
  CHECK(answer->body.find("the records call it “news”") != std::string::npos);
  CHECK(answer->body.find("\"subject\":{\"email\":\"anna@example.org\",\"list\":\"news\"}") !=
        std::string::npos);
}
