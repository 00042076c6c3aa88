// Every shape in which CleverReach has been seen to say something, and what it means.
#include "service/provider/cleverreach_answers.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace optledger::cleverreach;
using namespace std::chrono_literals;

namespace {

Answer answer_of(std::string_view body, int status = 200) {
  const auto answer = parse_answer(status, body);
  REQUIRE_MESSAGE(answer.has_value(), std::string(body));
  return *answer;
}

constexpr const char* whole_receiver = R"({"id":"4285","email":"Anna@example.org","imported":0,"bounced":0,
  "group_id":"240803","activated":1537774206,"registered":"1262300400","deactivated":0,"last_ip":"",
  "last_changed":1598960975,"points":0,"stars":0,"source":"My shop","attributes":{"name":"Anna","visits":3,"gone":null},
  "global_attributes":[],"active":true,"tags":["origin.tag"],"orders":[],"events":[
    {"stamp":1535636566,"type":"api","type_id":"REST insert","value":"1.2.3.4","mailing_id":"0","groups_id":"240803"},
    {"stamp":1535636600,"type":"user_unsubscribe","groups_id":"240803"},
    {"stamp":"1535636700","type":"user_unsubscribe","groups_id":240803},
    {"stamp":1535636800,"type":"user_unsubscribe","groups_id":"1"}]})";

Receiver receiver_of(const std::string& body) {
  const auto receiver = to_receiver(answer_of(body).value);
  REQUIRE_MESSAGE(receiver.has_value(), body);
  return *receiver;
}

// With an id and an address, and this.
Receiver receiver_with(const std::string& members) {
  return receiver_of(R"({"id":1,"email":"a@b.de",)" + members + "}");
}

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

}  // namespace

TEST_CASE("a receiver is read whole") {
  const Receiver receiver = receiver_of(whole_receiver);
  CHECK(receiver.id == "4285");
  CHECK(receiver.email == "Anna@example.org");
  CHECK(receiver.registered == at(1262300400));
  CHECK(receiver.activated == at(1537774206));
  CHECK_FALSE(receiver.deactivated.has_value());
  CHECK_FALSE(receiver.bounced.has_value());
  CHECK(receiver.last_changed == at(1598960975));
  CHECK(receiver.active);
  CHECK(receiver.source == "My shop");
  CHECK(receiver.attributes == Attributes{{"name", "Anna"}, {"visits", "3"}});
  CHECK(receiver.global_attributes.empty());
  CHECK(receiver.tags == std::vector<std::string>{"origin.tag"});
}

TEST_CASE("leaving in person is the newest unsubscription in this group") {
  CHECK(receiver_of(whole_receiver).left_in_person == at(1535636700));
  CHECK_FALSE(receiver_with(R"("events":[])").left_in_person.has_value());
  CHECK(receiver_with(R"("events":[{"type":"user_unsubscribe","stamp":5}])").left_in_person == at(5));
}

TEST_CASE("ids are texts or numbers, and nothing that could be another path") {
  for (const char* id : {"\"27595\"", "27595"}) {
    CHECK(receiver_of(R"({"email":"a@b.de","id":)" + std::string(id) + "}").id == "27595");
  }
  for (const char* id :
       {"\"\"", "null", "1.5", "-1", "\"clear\"", "\"1/../2\"", "true", "[]", "\"12345678901234567890\""}) {
    CHECK_FALSE(
        to_receiver(answer_of(R"({"email":"a@b.de","id":)" + std::string(id) + "}").value).has_value());
  }
  CHECK_FALSE(to_receiver(answer_of(R"({"id":"1"})").value).has_value());
  CHECK_FALSE(to_receiver(answer_of(R"({"id":"1","email":""})").value).has_value());
}

TEST_CASE("a time is a number or its text; whatever is not nothing deactivates") {
  const auto deactivated = [](const std::string& value) {
    return receiver_with("\"deactivated\":" + value).deactivated;
  };
  for (const char* nothing : {"0", "\"0\"", "null", "false", "\"\"", "0.0"}) {
    CHECK_MESSAGE(!deactivated(nothing).has_value(), std::string(nothing));
  }
  CHECK(deactivated("1700000000") == at(1700000000));
  CHECK(deactivated("\"1700000000.25\"") == at(1700000000));
  CHECK(deactivated("1700000000.9") == at(1700000000));
  CHECK(deactivated("1") == at(1));
  CHECK(deactivated("true") == at(1));
  CHECK(deactivated("\"yesterday\"") == at(1));
  CHECK(deactivated("-5") == at(0));
  CHECK(deactivated("99999999999999") == at(253402300799));
}

TEST_CASE("active is the provider's word, and follows from the times where it says none") {
  CHECK_FALSE(receiver_with(R"("activated":1512655946,"deactivated":1118354400,"active":false)").active);
  CHECK(receiver_with(R"("activated":5,"active":1)").active);
  CHECK(receiver_with(R"("activated":5,"active":"1")").active);
  CHECK_FALSE(receiver_with(R"("activated":5,"active":"0")").active);
  CHECK_FALSE(receiver_with(R"("activated":5,"active":0)").active);
  CHECK(receiver_with(R"("activated":5)").active);
  CHECK_FALSE(receiver_with(R"("activated":5,"deactivated":6)").active);
  CHECK_FALSE(receiver_with(R"("registered":5)").active);
}

TEST_CASE("PHP's empty list stands for no attributes, and its object for a list with gaps") {
  CHECK(receiver_with(R"("attributes":[])").attributes.empty());
  CHECK(receiver_with(R"("attributes":"a:1,b:2")").attributes.empty());
  CHECK(receiver_with(R"("tags":{"0":"a","2":"b"})").tags == std::vector<std::string>{"a", "b"});
  CHECK(receiver_with(R"("tags":[])").tags == std::vector<std::string>{});
  CHECK_FALSE(receiver_with(R"("source":"x")").tags.has_value());
}

TEST_CASE("texts come out as valid UTF-8 without a NUL") {
  CHECK(receiver_with("\"source\":\"caf\xE9\"").source == "caf\xEF\xBF\xBD");
  CHECK(receiver_with(R"("source":"a\u0000b")").source ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("an error has two shapes, and its own code goes before that of HTTP") {
  const Answer api = answer_of(R"({"error":{"code":404,"message":"Not Found: invalid receiver"}})", 404);
  CHECK(api.status == 404);
  CHECK(api.words == "Not Found: invalid receiver");
  const Answer oauth = answer_of(R"({"error":"invalid_client","error_description":"The …"})", 401);
  CHECK(oauth.status == 401);
  CHECK(oauth.words == "invalid_client");
  CHECK(answer_of(R"({"error":{"code":405,"message":"m"}})", 400).status == 405);
  CHECK(answer_of(R"({"error":{"code":"405"}})", 400).status == 405);
  CHECK(answer_of(R"({"error":{"code":7,"message":"m"}})", 400).status == 400);
}

TEST_CASE("an error under HTTP 200 is an error") {
  CHECK(answer_of(R"({"error":{"code":403,"message":"Forbidden"}})").status == 403);
  CHECK(answer_of(R"({"error":{"message":"?"}})").status == 500);
  CHECK(answer_of(R"({"error":{}})").status == 500);
  CHECK(answer_of(R"({"error":"Too many requests"})").status == 500);
  CHECK(answer_of(R"({"error":null,"id":1})").is_success());
  CHECK(answer_of(R"({"error":false})").is_success());
  CHECK(answer_of(R"({"error":[]})").is_success());
}

TEST_CASE("what comes with a failure need not be JSON; what comes with a success must be") {
  CHECK(answer_of("<html>502 Bad Gateway</html>", 502).status == 502);
  CHECK(answer_of("", 429).status == 429);
  CHECK(answer_of("true", 500).value.is_null());
  CHECK_FALSE(parse_answer(200, "<html>hello</html>").has_value());
  CHECK_FALSE(parse_answer(200, "{\"id\":1} ").value().value.is_null());
  CHECK_FALSE(parse_answer(200, "[1,2").has_value());
  CHECK(parse_answer(200, "{\"a@b.de\":1,\"a@b.de\":2}").error() == "JSON was expected");
  CHECK_FALSE(parse_answer(200, std::string(100000, '[')).has_value());
}

TEST_CASE("bare scalars are answers") {
  CHECK(to_done(answer_of("true")).has_value());
  CHECK(to_done(answer_of("{\"success\":true}")).has_value());
  CHECK(to_done(answer_of("{\"id\":5}")).has_value());
  CHECK(to_done(answer_of("", 204)).has_value());
  for (const char* body : {"", "false", "null", "[]", "0", "{\"success\":false}"}) {
    CHECK_MESSAGE(!to_done(answer_of(body)).has_value(), std::string(body));
  }
}

TEST_CASE("a page is a list, an empty one also 204; an empty 200 is no page") {
  CHECK(to_receivers(answer_of("[]")).value().empty());
  CHECK(to_receivers(answer_of("", 204)).value().empty());
  CHECK(to_receivers(answer_of("[" + std::string(whole_receiver) + "]")).value().size() == 1);
  CHECK(to_receivers(answer_of(whole_receiver)).value().size() == 1);
  for (const char* body : {"", "true", "false", "null", "{}", "\"text\""}) {
    CHECK_MESSAGE(!to_receivers(answer_of(body)).has_value(), std::string(body));
  }
}

TEST_CASE("a page with a row that is no receiver is not understood, so that nobody is missed") {
  const auto page = to_receivers(answer_of("[" + std::string(whole_receiver) + R"(,{"id":"7"}])"));
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error() == "row 2: a receiver without an address");
}

TEST_CASE("a batch that wrote nothing is false, and what is no receiver in it is missing") {
  CHECK(to_written(answer_of("false")).value().empty());
  CHECK(to_written(answer_of("[]")).value().empty());
  CHECK(to_written(answer_of("[" + std::string(whole_receiver) + R"(,"invalid address 'x'",null])"))
            .value()
            .size() == 1);
  for (const char* body : {"", "true", "null", "0"}) {
    CHECK_MESSAGE(!to_written(answer_of(body)).has_value(), std::string(body));
  }
  CHECK_FALSE(to_written(answer_of("", 204)).has_value());
}

TEST_CASE("outcomes of a batch are objects or texts, one for each item") {
  using Kind = UpsertOutcome::Kind;
  const auto outcomes = to_outcomes(answer_of(R"([{"status":"insert success","id":435616},
      {"status":"update success","id":"435617"},{"status":"upsert success"},{"status":"success"},
      {"status":"duplicate address 'x@example.org'"},"invalid address 'foo';",null,{"id":5}])"),
                                    8)
                            .value();
  CHECK(outcomes[0] == UpsertOutcome{Kind::done, "435616", std::nullopt, ""});
  CHECK(outcomes[1] == UpsertOutcome{Kind::done, "435617", std::nullopt, ""});
  CHECK(outcomes[2] == UpsertOutcome{Kind::done, "", std::nullopt, ""});
  CHECK(outcomes[3].kind == Kind::done);
  CHECK(outcomes[4] == UpsertOutcome{Kind::refused, "", std::nullopt, "duplicate address 'x@example.org'"});
  CHECK(outcomes[5] == UpsertOutcome{Kind::refused, "", std::nullopt, "invalid address 'foo';"});
  CHECK(outcomes[6].kind == Kind::unknown);
  CHECK(outcomes[7].kind == Kind::unknown);
}

TEST_CASE("outcomes that are fewer or more than the items are nobody's") {
  for (const std::size_t count : {1, 3}) {
    const auto outcomes = to_outcomes(
        answer_of(R"([{"status":"insert success","id":1},{"status":"insert success","id":2}])"), count);
    REQUIRE(outcomes.value().size() == count);
    for (const UpsertOutcome& outcome : *outcomes) CHECK(outcome == UpsertOutcome{});
  }
  CHECK(to_outcomes(answer_of(R"({"status":"insert success","id":1})"), 1).value()[0].kind ==
        UpsertOutcome::Kind::done);
  CHECK_FALSE(to_outcomes(answer_of("false"), 1).has_value());
}

TEST_CASE("a token is kept as it is, for as long as it says") {
  const auto token = to_access_token(
      answer_of(R"({"access_token":"ey.J0","expires_in":2592000,"token_type":"bearer","scope":""})"));
  CHECK(token.value().text.reveal() == "ey.J0");
  CHECK(token.value().lifetime == 2592000s);
  CHECK(to_access_token(answer_of(R"({"access_token":"t","expires_in":"60"})")).value().lifetime == 60s);
  CHECK(to_access_token(answer_of(R"({"access_token":"t"})")).value().lifetime == 1h);
  CHECK(to_access_token(answer_of(R"({"access_token":"t","expires_in":-3})")).value().lifetime == 0s);
  for (const char* body : {"true", "\"ey.J0\"", "{}", R"({"access_token":""})", R"({"access_token":5})",
                           R"({"access_token":"a\r\nX: y"})", R"({"access_token":"a b"})"}) {
    CHECK_MESSAGE(!to_access_token(answer_of(body)).has_value(), std::string(body));
  }
  CHECK_FALSE(
      to_access_token(answer_of(R"({"access_token":")" + std::string(20000, 'x') + "\"}")).has_value());
}

TEST_CASE("a group is an object, or a list of one") {
  const ProviderGroup news{"1363537", "Newsletter", false};
  CHECK(to_group(answer_of(R"({"id":"1363537","name":"Newsletter","locked":false,"backup":true})").value)
            .value() == news);
  CHECK(to_group(answer_of(R"([{"id":1363537,"name":"Newsletter"}])").value).value() == news);
  CHECK(to_group(answer_of(R"({"id":"1","locked":true})").value).value().is_locked);
  CHECK_FALSE(to_group(answer_of("[]").value).has_value());
  CHECK(to_groups(answer_of(R"([{"id":"1","name":"a"},{"id":"2","name":"b"}])")).value().size() == 2);
}

TEST_CASE("attributes belong to the account or to a group") {
  const auto attributes = to_attributes(answer_of(
      R"([{"id":1,"groups_id":0,"name":"firstname","type":"text"},{"id":"2","groups_id":"1939","name":"link","type":"text"}])"));
  CHECK(attributes.value() ==
        std::vector<ProviderAttribute>{{"firstname", "text", true}, {"link", "text", false}});
}

TEST_CASE("the blacklist holds texts that are no addresses, and they are kept") {
  const auto rows = to_blacklist(answer_of(
      R"([{"email":"a@b.de-WooCommerce","comment":"REST API-WooCommerce","stamp":1700000000,"isLocked":false},"x@y.de"])"));
  CHECK(rows.value() ==
        std::vector<Blacklisting>{{"a@b.de-WooCommerce", "REST API-WooCommerce", at(1700000000)},
                                  {"x@y.de", "", std::nullopt}});
}

TEST_CASE("a bounce is read with its message on one line") {
  const auto bounces = to_bounces(answer_of(
      R"([{"email":"a@b.de","category":"hardbounce","occurences":1,"last_update":1668083102,"bounce_message":"550\r\nno"}])"));
  CHECK(bounces.value() == std::vector<Bounce>{{"a@b.de", "hardbounce", at(1668083102), "550  no"}});
}

TEST_CASE("a hook has a token and a secret") {
  const auto hook = to_hook(answer_of(R"({"success":true,"call_token":"ct","secret":"s"})"));
  CHECK(hook.value().call_token.reveal() == "ct");
  CHECK(hook.value().secret.reveal() == "s");
  CHECK_FALSE(to_hook(answer_of(R"({"success":false})")).has_value());
}

TEST_CASE("words that may stand in a log have no address, no token and no end of line in them") {
  CHECK(quotable("Forbidden: contingent exhausted") == "Forbidden: contingent exhausted");
  CHECK(quotable("duplicate address 'anna@example.org'") == "duplicate address …");
  CHECK(quotable("GET /receivers/anna%40example.org") == "GET …");
  CHECK(quotable("Unauthorized: token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9") == "Unauthorized: token …");
  CHECK(quotable("a\r\nb\tc") == "a  b c");
  CHECK(quotable(std::string(1000, 'x')) == "…");
  CHECK(quotable("").empty());
}
