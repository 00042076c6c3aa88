#include "lib/base/json.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

using namespace optledger;

TEST_CASE("strict JSON refuses what nlohmann's parser lets pass") {
  CHECK_FALSE(parse_strict_json("\xEF\xBB\xBF{}"));
  CHECK_FALSE(parse_strict_json(R"({"a":1,"a":2})"));
  CHECK_FALSE(parse_strict_json(R"({"x":{"a":1,"b":2,"a":3}})"));
  CHECK_FALSE(parse_strict_json("{} x"));
  CHECK_FALSE(parse_strict_json(std::string("{}\0", 3)));
  CHECK_FALSE(parse_strict_json("\"\xC3\""));
  CHECK_FALSE(parse_strict_json(""));
  CHECK_FALSE(parse_strict_json("{'a':1}"));
  CHECK_FALSE(parse_strict_json("[1,]"));
  CHECK_FALSE(parse_strict_json(R"("\ud800")"));
}

TEST_CASE("a JSON bomb ends at 64 levels") {
  CHECK(parse_strict_json(std::string(64, '[') + std::string(64, ']')));
  CHECK_FALSE(parse_strict_json(std::string(65, '[') + std::string(65, ']')));
  CHECK_FALSE(parse_strict_json(std::string(1'000'000, '[')));
}

TEST_CASE("the same name in different objects is no duplicate") {
  const auto json = parse_strict_json(R"([{"a":1},{"a":{"a":2}}])");
  REQUIRE(json);
  CHECK(json->at(1).at("a").at("a") == 2);
}

// cyberphone/json-canonicalization, testdata "weird" and "french", without their floats.
TEST_CASE("canonical JSON sorts names by UTF-16 code units and escapes as RFC 8785 says") {
  const auto json = parse_strict_json(
      "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With "
      "Dagesh\",\"1\":\"One\","
      "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter "
      "O With Diaeresis\"}");
  REQUIRE(json);
  CHECK(to_canonical_json(*json) ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"Latin Small Letter O "
        "With Diaeresis\","
        "\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With "
        "Dagesh\"}");
  CHECK(to_canonical_json(Json("\x01\x1f\b\t\n\f\r\"\\/<\x7f")) ==
        "\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/<\x7f\"");
  CHECK(to_canonical_json(Json::parse(R"([56,{"d":true,"10":null,"1":[]}])")) ==
        R"([56,{"1":[],"10":null,"d":true}])");
}

TEST_CASE("canonical JSON takes integers below 2^53 and nothing that is no integer") {
  CHECK(to_canonical_json(Json(9007199254740991)) == "9007199254740991");
  CHECK(to_canonical_json(Json(-9007199254740991)) == "-9007199254740991");
  CHECK_THROWS_AS(to_canonical_json(Json(9007199254740992)), std::invalid_argument);
  CHECK_THROWS_AS(to_canonical_json(Json(-9007199254740992)), std::invalid_argument);
  CHECK_THROWS_AS(to_canonical_json(Json(18446744073709551615U)), std::invalid_argument);
  CHECK_THROWS_AS(to_canonical_json(Json(1.5)), std::invalid_argument);
  CHECK_THROWS_AS(to_canonical_json(Json("\xFF")), std::invalid_argument);
}

TEST_CASE("law: what canonical JSON writes, strict parsing reads back as the same value") {
  const bool holds = rc::check([](const std::map<std::string, std::vector<int>>& value) {
    Json json = Json::object();
    for (const auto& [name, numbers] : value) json[to_canonical_json(Json(numbers))] = numbers;
    const auto text = to_canonical_json(json);
    const auto back = parse_strict_json(text);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == json);
    RC_ASSERT(to_canonical_json(*back) == text);
  });
  CHECK(holds);
}
