// Legal permission without consent over HTTP, against the whole App.
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const char* const two_lists = R"([[list]]
id = "news"
title = { de = "Neuigkeiten", en = "News" }
wording = { de = "news.de.md", en = "news.en.md" }
[[list]]
id = "offers"
title = { de = "Angebote", en = "Offers" }
wording = { de = "news.de.md", en = "news.en.md" }
)";

Json customer_body(Json changed = Json::object()) {
  Json body{{"email", "anna@example.org"},   {"name", "Anna"},
            {"basis", "existing_customer"},  {"purchase_reference", "order 4711"},
            {"purchased_at", "2024-02-29"},  {"notice", "You can object at any time."},
            {"address_source", "order form"}};
  body.update(changed);
  return body;
}

class Shop {
 public:
  explicit Shop(RunningApp& app, const std::string& scope = "manage")
      : app_(app), headers_{{"Authorization", "Bearer " + app.add_key({scope, "proof", "suppression"})}} {}

  httplib::Result permit(const Json& body) const { return post("/v1/subscriptions", body); }
  httplib::Result post(const std::string& path, const Json& body) const {
    return app_.post_json(path, body, headers_);
  }
  Json proof() const {
    return Json::parse(
        post("/v1/proofs", {{"email", "anna@example.org"}, {"reason", "case 7"}, {"list", "news"}})->body);
  }

 private:
  RunningApp& app_;
  httplib::Headers headers_;
};

std::vector<std::string> fields_of(const httplib::Result& answer) {
  std::vector<std::string> fields;
  const auto problem = Json::parse(answer->body);
  for (const auto& error : problem.at("errors")) fields.push_back(error.at("field"));
  return fields;
}

std::string path_in(const httplib::Result& answer) {
  const std::string url = Json::parse(answer->body).at("unsubscribe_url");
  return url.substr(url.find("/unsubscribe/"));
}

}  // namespace

TEST_CASE("an existing customer is subscribed with the evidence, and nobody is written to") {
  RunningApp app;
  const Shop shop(app);
  const auto first = shop.permit(customer_body());
  REQUIRE(first->status == 201);
  const auto answer = Json::parse(first->body);
  CHECK(answer.at("status") == "subscribed");
  CHECK(answer.at("list") == "news");
  CHECK(answer.at("basis") == "existing_customer");
  const auto again = shop.permit(customer_body({{"purchase_reference", "order 9"}}));
  CHECK(again->status == 200);
  CHECK(Json::parse(again->body) == answer);
  const auto proof = shop.proof();
  CHECK(proof.at("conclusion") == Json({{"state", "imported"},
                                        {"consent_given_at", nullptr},
                                        {"consent_withdrawn_at", nullptr},
                                        {"held_until", nullptr}}));
  REQUIRE(proof.at("records").size() == 2);  // with the issue of the proof itself
  const auto& details = proof.at("records")[0].at("record").at("details");
  CHECK(details.at("purchased_at") == "2024-02-29");
  CHECK(details.at("method") == "api");
  CHECK(proof.at("wordings").at(details.at("notice").get<std::string>()).at("text") ==
        "You can object at any time.\n");
  CHECK(app.letter_count() == 0);
  CHECK(app.look_ups("anna@example.org") == 3);  // both calls and the proof
}

TEST_CASE("everything that is wrong with a permission is said at once, by field") {
  RunningApp app;
  const Shop shop(app);
  const auto empty = shop.permit(Json::object());
  CHECK(empty->status == 422);
  CHECK(fields_of(empty) == std::vector<std::string>{"email", "basis", "purchase_reference", "purchased_at",
                                                     "notice", "address_source"});
  const auto stated = shop.permit(customer_body({{"basis", "double_opt_in"}}));
  CHECK(stated->status == 422);
  CHECK(Json::parse(stated->body).at("type") == "urn:optledger:problem:invalid-basis");
  CHECK(Json::parse(stated->body).at("detail").get<std::string>().find("confirms by mail") !=
        std::string::npos);
  for (const auto& wrong : {Json{{"list", "none"}}, Json{{"name", 1}}, Json{{"colour", "blue"}},
                            Json{{"purchased_at", "2999-01-01"}}, Json{{"email", nullptr}}}) {
    const auto refused = shop.permit(customer_body(wrong));
    CHECK(refused->status == 422);
    CHECK(fields_of(refused).size() == 1);
    CHECK(refused->body.find("anna") == std::string::npos);
  }
  CHECK(shop.permit(Json::array())->status == 422);
  CHECK(app.count_records("imported") == 0);
}

TEST_CASE("with several lists the permission names its own") {
  RunningApp app(trial_toml(two_lists));
  const Shop shop(app);
  CHECK(fields_of(shop.permit(customer_body())) == std::vector<std::string>{"list"});
  CHECK(Json::parse(shop.permit(customer_body({{"list", "offers"}}))->body).at("list") == "offers");
}

TEST_CASE("only a key that may manage can permit") {
  RunningApp app;
  CHECK(app.post_json("/v1/subscriptions", customer_body())->status == 401);
  CHECK(Shop(app, "signup").permit(customer_body())->status == 403);
  CHECK(app.client().Get("/v1/subscriptions")->status == 405);
}

TEST_CASE("who has left, objected or was erased is not brought back by a permission") {
  RunningApp app;
  const Shop shop(app);
  const Json person{{"email", "anna@example.org"}, {"reason", "ticket 12"}};
  const auto is_suppressed = [&] {
    const auto answer = shop.permit(customer_body({{"email", "ANNA@example.org"}}));
    CHECK(Json::parse(answer->body).at("type") == "urn:optledger:problem:suppressed");
    return answer->status == 409;
  };
  SUBCASE("unsubscribed, before anything was known") { shop.post("/v1/unsubscribes", person); }
  SUBCASE("blocked") { shop.post("/v1/blocks", person); }
  SUBCASE("blocked, and the block was lifted") {
    shop.post("/v1/blocks", person);
    shop.post("/v1/unblocks", person);
  }
  SUBCASE("unsubscribed by the link of the permission") {
    const auto path = path_in(shop.permit(customer_body()));
    app.client().Post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded");
  }
  SUBCASE("erased, with the declaration") {
    shop.permit(customer_body());
    auto request = person;
    request["consent_confirmed"] = true;
    shop.post("/v1/erasures", request);
  }
  CHECK(is_suppressed());
  CHECK(is_suppressed());
}

TEST_CASE("a permitted person leaves by the same page, which speaks of no consent") {
  RunningApp app;
  const Shop shop(app);
  const auto path = path_in(shop.permit(customer_body()));
  const httplib::Headers german{{"Accept-Language", "de"}};
  CHECK(app.client().Get(path, german)->body.find("Jetzt abbestellen") != std::string::npos);
  const auto left =
      app.client().Post(path, german, "action=unsubscribe", "application/x-www-form-urlencoded");
  CHECK(left->status == 200);
  CHECK(left->body.find("als Kundin oder Kunden") != std::string::npos);
  CHECK(left->body.find("Einwilligung") == std::string::npos);
  const auto proof = shop.proof();
  CHECK(proof.at("conclusion").at("state") == "unsubscribed");
  CHECK(proof.at("conclusion").at("consent_withdrawn_at") == nullptr);
  CHECK(proof.at("conclusion").at("held_until") != nullptr);
  CHECK(proof.at("records")[1].at("record").at("details").at("basis") == "existing_customer");
}

TEST_CASE("a permitted customer who signs up and confirms gets a real consent under the same link") {
  RunningApp app;
  const Shop shop(app);
  const auto path = path_in(shop.permit(customer_body()));
  const auto token = app.token_for("anna@example.org");
  CHECK(Json::parse(shop.permit(customer_body())->body).at("basis") == "existing_customer");
  CHECK(app.post_json("/v1/confirmations", {{"token", token}})->status == 200);
  const auto known = shop.permit(customer_body());
  CHECK(known->status == 200);
  CHECK(Json::parse(known->body).at("basis") == "double_opt_in");
  CHECK(path_in(known) == path);
  const auto conclusion = shop.proof().at("conclusion");
  CHECK(conclusion.at("state") == "confirmed");
  CHECK(conclusion.at("consent_given_at") != nullptr);
}

TEST_CASE("an erased customer leaves a receipt that claims no consent, in words of their own") {
  RunningApp app;
  const Shop shop(app);
  shop.permit(customer_body());
  const Json request{{"email", "anna@example.org"}, {"reason", "ticket 12"}};
  CHECK(Json::parse(shop.post("/v1/erasures", request)->body).at("lists")[0].at("status") == "restricted");
  auto confirmed = request;
  confirmed["consent_confirmed"] = true;
  CHECK(Json::parse(shop.post("/v1/erasures", confirmed)->body).at("lists")[0].at("status") == "erased");
  const auto receipt = shop.proof();
  CHECK(receipt.at("format") == "optledger-erasure-receipt/1");
  CHECK(receipt.at("consents") == Json::array());
  REQUIRE(receipt.at("permissions").size() == 1);
  CHECK(receipt.at("permissions")[0].at("basis") == "existing_customer");
  CHECK(receipt.at("permissions")[0].at("ended_at") != nullptr);
  CHECK(receipt.at("declaration").at("text").get<std::string>().find("eingewilligt") == std::string::npos);
  CHECK(receipt.at("declaration").at("text").get<std::string>().find("ohne Einwilligung erhalten durfte") !=
        std::string::npos);
}
