// T5.4: whatever stands in a value, the letter has the same headers and the same recipients, or there is no
// letter.
#include "tests/lib/letters/foreign_parser.hpp"
#include "tests/lib/letters/linter.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>

namespace optledger {
namespace {

using namespace std::string_literals;
using test::sample_facts;
using test::sample_values;

struct Attempt {
  std::string field;
  std::string payload;
  LetterFacts facts = sample_facts();
  LetterValues values = sample_values();
};

const std::vector<std::string> line_breaks = {
    "\r\n"s, "\n"s,           "\r"s, "\0"s,           "\x0b"s,         "\x0c"s, "\x7f"s,     "\xC2\x85"s,
    "\x1b"s, "\xE2\x80\xA8"s, "\t"s, "\xE2\x80\xA9"s, "\xE2\x80\xAE"s, "\xff"s, "\xC0\x8A"s, "\xED\xA0\x80"s};

const std::vector<std::string> words = {"%0d%0aBcc: evil@example.net",
                                        "Bcc: evil@example.net",
                                        "=?UTF-8?Q?x=0D=0ABcc:_evil=40example.net?=",
                                        "\" <evil@example.net>, \"",
                                        "<evil@example.net>",
                                        "evil@example.net, other@example.net",
                                        "(comment",
                                        "\\",
                                        "\"",
                                        "{{confirm_url}}",
                                        "{{{x",
                                        "--=_0f1e2d3c4b5a69788796a5b4c3d2e1f0--",
                                        "</p><a href='https://evil.example/'>x</a>",
                                        "javascript:alert(1)",
                                        std::string(5000, 'a'),
                                        std::string(998, ' ') + "x",
                                        "."};

using Put = std::function<void(Attempt&)>;

const std::map<std::string, Put> fields = {
    {"from_name", [](Attempt& a) { a.facts.from_name += a.payload; }},
    {"from_address", [](Attempt& a) { a.facts.from_address += a.payload; }},
    {"list_title", [](Attempt& a) { a.facts.list_title += a.payload; }},
    {"controller_name", [](Attempt& a) { a.facts.controller_name += a.payload; }},
    {"controller_lines", [](Attempt& a) { a.facts.controller_lines.push_back(a.payload); }},
    {"imprint_url", [](Attempt& a) { a.facts.imprint_url += a.payload; }},
    {"privacy_url", [](Attempt& a) { a.facts.privacy_url = a.payload; }},
    {"public_url", [](Attempt& a) { a.facts.public_url += a.payload; }},
    {"token",
     [](Attempt& a) { a.values.token.replace(0, std::min<std::size_t>(44, a.payload.size()), a.payload); }},
    {"message_key", [](Attempt& a) { a.values.message_key += a.payload; }},
};

std::vector<Attempt> attempts_with(const std::vector<std::string>& payloads) {
  std::vector<Attempt> attempts;
  for (const auto& [field, put] : fields) {
    for (const std::string& payload : payloads) {
      Attempt attempt{.field = field, .payload = payload};
      put(attempt);
      attempts.push_back(std::move(attempt));
    }
  }
  return attempts;
}

TEST_CASE("a control character in any value means no letter") {
  const std::string letter_template = test::shipped_template("de");
  for (const std::string& line_break : line_breaks) {
    for (const Attempt& attempt : attempts_with({line_break + "Bcc: evil@example.net", line_break})) {
      CAPTURE(attempt.field);
      CHECK_THROWS_AS(compose_confirmation_letter(letter_template, attempt.facts, attempt.values),
                      std::invalid_argument);
    }
  }
}

TEST_CASE("no words in any value add a header, a recipient, a part or a link") {
  std::vector<Attempt> taken;
  std::vector<Letter> letters;
  for (Attempt& attempt : attempts_with(words)) {
    try {
      letters.push_back(
          compose_confirmation_letter(test::shipped_template("en"), attempt.facts, attempt.values));
      taken.push_back(std::move(attempt));
    } catch (const std::invalid_argument&) {
      CHECK(attempt.field != "list_title");  // what a company calls its list may be any words
    }
  }
  REQUIRE(letters.size() > 50);
  const auto seen = test::parse_elsewhere(letters);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CAPTURE(taken[i].field);
    CAPTURE(taken[i].payload);
    CHECK(seen[i]["defects"] == nlohmann::json::array());
    CHECK(seen[i]["header_names"].size() == 9);
    CHECK(seen[i]["mailboxes"]["From"].size() == 1);
    CHECK(test::without_spaces(seen[i]["mailboxes"]["From"][0][0]) ==
          test::without_spaces(taken[i].facts.from_name));
    CHECK(seen[i]["mailboxes"]["From"][0][1] == taken[i].facts.from_address);
    CHECK(seen[i]["mailboxes"]["To"].dump() == R"([["","anna.schmidt@example.org"]])");
    CHECK(seen[i]["part_types"] == nlohmann::json::array({"text/plain", "text/html"}));
    CHECK(seen[i]["leads"] ==
          nlohmann::json::array({taken[i].facts.public_url + "/confirm/" + test::sample_token}));
    CHECK(seen[i]["bare_line_end"] == false);
    CHECK(seen[i]["longest_line"].get<int>() <= 998);
    CHECK(seen[i]["seven_bit"] == true);
  }
}

TEST_CASE("only an address that is one address, and a link that is http, gets into a letter") {
  const std::string letter_template = test::shipped_template("de");
  const auto refused = [&](const auto& change) {
    LetterFacts facts = sample_facts();
    LetterValues values = sample_values();
    change(facts, values);
    CHECK_THROWS_AS(compose_confirmation_letter(letter_template, facts, values), std::invalid_argument);
  };
  for (const char* address : {"", "@", "a@", "@b", "a", "a@b@c", "a b@c.de", "a@b.de,c@d.de", "<a@b.de>",
                              "ä@b.de", "a:b@c", "a@b.", "a@.b", ".a@b", "a..b@c", "a@b_c"}) {
    refused([&](LetterFacts& facts, LetterValues&) { facts.from_address = address; });
  }
  for (const char* url :
       {"", "javascript:alert(1)", "ftp://x", "https://a b", "https://a\"b", "https://x/", "//x", "HTTP"}) {
    refused([&](LetterFacts& facts, LetterValues&) { facts.public_url = url; });
  }
  refused([](LetterFacts& facts, LetterValues&) { facts.list_title = " "; });
  refused([](LetterFacts& facts, LetterValues&) { facts.controller_name = ""; });
  for (const std::string& token : {std::string(), std::string(43, '*'), std::string(45, 'a'),
                                   std::string(44, '/'), "*" + std::string(43, 'a'), std::string(44, '.')}) {
    refused([&](LetterFacts&, LetterValues& values) { values.token = token; });
  }
  for (const char* key : {"", "abc", "ABCDEF0123", "0123456g", "01234567 "}) {
    refused([&](LetterFacts&, LetterValues& values) { values.message_key = key; });
  }
}

}  // namespace
}  // namespace optledger
