#include "lib/letters/letter_template.hpp"

#include "tests/lib/letters/sample.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

const std::string months = "months: 1 2 3 4 5 6 7 8 9 10 11 12\n";
const std::string head = "# a comment\nlanguage: de\n" + months + "\n";
const std::string parts =
    "--- subject ---\nS\n--- text ---\nT {{confirm_url}}\n--- html ---\n<p>{{confirm_url}}\n";

std::string refusal_of(const std::string& text) {
  try {
    parse_letter_template(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a template has settings and three parts") {
  const LetterTemplate parsed = parse_letter_template(head + parts);
  CHECK(parsed.language == "de");
  CHECK(parsed.months[0] == "1");
  CHECK(parsed.months[11] == "12");
  CHECK(parsed.subject == "S");
  CHECK(parsed.text == "T {{confirm_url}}\n");
  CHECK(parsed.html == "<p>{{confirm_url}}\n");
}

TEST_CASE("a template saved with CRLF is the same template") {
  std::string windows;
  for (const char c : head + parts) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(parse_letter_template(windows).text == parse_letter_template(head + parts).text);
}

TEST_CASE("the shipped templates are whole") {
  CHECK(parse_letter_template(test::shipped_template("de")).months[2] == "März");
  CHECK(parse_letter_template(test::shipped_template("en")).language == "en");
}

TEST_CASE("a broken template says what is wrong") {
  CHECK(refusal_of("") == "letter template: \"language:\" must be a language tag such as de or en");
  CHECK(refusal_of(months + parts).find("language:") != std::string::npos);
  CHECK(refusal_of("language: de\r\nX-Evil: 1\n" + months + parts).find("X-Evil") != std::string::npos);
  CHECK(refusal_of("language: d e\n" + months + parts).find("language tag") != std::string::npos);
  CHECK(refusal_of("language: de\n" + parts).find("months") != std::string::npos);
  CHECK(refusal_of("language: de\nmonths: a b c\n" + parts).find("twelve") != std::string::npos);
  CHECK(refusal_of(head + "--- text ---\nT\n--- html ---\nH\n").find("\"subject\" is missing") !=
        std::string::npos);
  CHECK(refusal_of(head + "--- subject ---\nS\n--- html ---\nH\n").find("\"text\" is missing") !=
        std::string::npos);
  CHECK(refusal_of(head + "--- subject ---\nS\n--- text ---\nT\n").find("\"html\" is missing") !=
        std::string::npos);
  CHECK(refusal_of(head + "--- subject ---\nS\nS2\n--- text ---\nT\n--- html ---\nH\n").find("one line") !=
        std::string::npos);
  CHECK(refusal_of(head + parts + "--- text ---\n").find("twice") != std::string::npos);
  CHECK(refusal_of(head + parts + "\xFF").find("UTF-8") != std::string::npos);
}

TEST_CASE("a value that no letter has is refused, not left out") {
  for (const char* tag : {"{{name}}", "{{}}", "{{{list_title}}}", "{{&list_title}}", "{{>partial}}",
                          "{{=<% %>=}}", "{{#nothing}}", "{{list_titel}}", "{{ list_title"}) {
    CAPTURE(std::string(tag));
    CHECK_FALSE(refusal_of(head + parts + tag + "\n").empty());
  }
  for (const char* tag : {"{{list_title}}", "{{ list_title }}", "{{! anything at all }}",
                          "{{#imprint_url}}x{{/imprint_url}}", "{{^privacy_url}}x{{/privacy_url}}"}) {
    CAPTURE(std::string(tag));
    CHECK(refusal_of(head + parts + tag + "\n").empty());
  }
}

}  // namespace
}  // namespace optledger
