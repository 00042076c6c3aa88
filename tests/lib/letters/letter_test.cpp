#include "lib/letters/letter.hpp"

#include "lib/base/hash.hpp"
#include "tests/lib/letters/foreign_parser.hpp"
#include "tests/lib/letters/linter.hpp"

#include <doctest/doctest.h>

#include <map>

namespace optledger {
namespace {

using test::sample_facts;
using test::sample_values;
using test::shipped_template;

const std::vector<std::string> languages = {"de", "en"};
const std::string confirm_url = "https://newsletter.mueller-soehne.example/confirm/" + test::sample_token;

Letter compose(const std::string& language, const LetterFacts& facts = sample_facts(),
               const LetterValues& values = sample_values()) {
  return compose_confirmation_letter(shipped_template(language), facts, values);
}

std::string joined(const std::vector<std::string>& complaints) {
  std::string all;
  for (const std::string& complaint : complaints) all += complaint + "; ";
  return all;
}

TEST_CASE("the shipped letters say only what a confirmation letter may say") {
  for (const std::string& language : languages) {
    CAPTURE(language);
    CHECK(joined(test::lint(compose(language), sample_facts())) == "");
    LetterFacts bare = sample_facts();
    bare.imprint_url.clear();
    bare.privacy_url.clear();
    bare.controller_lines.clear();
    const Letter letter = compose(language, bare);
    CHECK(joined(test::lint(letter, bare)) == "");
    CHECK(test::parts_of(letter.message).text.find("Impressum") == std::string::npos);
  }
}

TEST_CASE("the linter objects to what it should object to") {
  const std::string evil_template = shipped_template("de");
  const auto objections = [&](const std::string& addition) {
    return test::lint(compose_confirmation_letter(evil_template + addition, sample_facts(), sample_values()),
                      sample_facts());
  };
  CHECK(objections("").empty());
  for (const char* addition :
       {"<img src=\"https://e.de/p.gif\">", "Willkommen!", "<a href=\"https://facebook.com/x\">f</a>",
        "Haben Sie Fragen?", "<a href=\"{{confirm_url}}?utm_source=x\">y</a>", "<style>p{}</style>",
        "10 % Rabatt"}) {
    CAPTURE(std::string(addition));
    CHECK_FALSE(objections(addition).empty());
  }
}

TEST_CASE("a letter tells who, what for, the link, and until when") {
  const test::Parts german = test::parts_of(compose("de").message);
  for (const char* words :
       {"Müller & Söhne GmbH", "„Neuigkeiten aus der Werkstatt“", "30. November 2026, 19:09 Uhr (UTC)",
        "Musterstraße 3", "Amtsgericht Wiesbaden, HRB 12345",
        "Impressum: https://www.mueller-soehne.example/impressum"}) {
    CHECK_MESSAGE(german.text.find(words) != std::string::npos, words);
  }
  CHECK(german.text.find("\n" + confirm_url + "\n") != std::string::npos);
  const test::Parts english = test::parts_of(compose("en").message);
  CHECK(english.text.find("30 November 2026, 19:09 UTC") != std::string::npos);
  CHECK(english.html.find("<html lang=\"en\"") != std::string::npos);
  CHECK(english.html.find("M\xC3\xBCller &amp; S\xC3\xB6hne") != std::string::npos);
}

TEST_CASE("another mail program reads the letters without a defect") {
  const std::vector<std::string> singletons = {
      "Date",         "From",        "To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language",
      "MIME-Version", "Content-Type"};
  LetterFacts long_facts = sample_facts();
  long_facts.from_name =
      "Gesellschaft für außerordentlich lange Firmennamen und Übergrößen mit beschränkter Haftung";
  long_facts.list_title = std::string(40, 'x') + " 日本語のニュースレター 🎉 " + std::string(120, 'y');
  const std::vector<Letter> letters = {
      compose("de"), compose("en"), compose("de", long_facts),
      compose("en", sample_facts(), sample_values("jörg.größe@example.org"))};
  const auto seen = test::parse_elsewhere(letters);
  REQUIRE(seen.size() == letters.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CAPTURE(i);
    for (const std::string defect : seen[i]["defects"]) {
      // Python judges addresses by RFC 5322; the UTF-8 of the last letter's is RFC 6532's.
      CHECK_MESSAGE((i == 3 && defect.starts_with("To: ")), defect);
    }
    CHECK(seen[i]["header_names"].size() == singletons.size());
    for (const std::string& name : singletons) {
      CHECK_MESSAGE(std::count(seen[i]["header_names"].begin(), seen[i]["header_names"].end(), name) == 1,
                    name);
    }
    CHECK(seen[i]["part_types"] == nlohmann::json::array({"text/plain", "text/html"}));
    CHECK(seen[i]["charsets"] == nlohmann::json::array({"utf-8", "utf-8"}));
    CHECK(seen[i]["urls"][0] == seen[i]["urls"][1]);
    CHECK(seen[i]["leads"] == nlohmann::json::array({confirm_url}));
    CHECK(seen[i]["bare_line_end"] == false);
    CHECK(seen[i]["longest_line"].get<int>() <= 76);
    CHECK(seen[i]["seven_bit"] == (i != 3));
    CHECK(seen[i]["preamble"].is_null());
    CHECK(seen[i]["message_id"] == "<0f1e2d3c4b5a69788796a5b4c3d2e1f0@mueller-soehne.example>");
    CHECK(seen[i]["date"] == "2026-11-23T19:09:29+00:00");
  }
  CHECK(seen[0]["subject"] == "Bitte bestätigen Sie Ihre Anmeldung: Neuigkeiten aus der Werkstatt");
  CHECK(seen[2]["subject"] == "Bitte bestätigen Sie Ihre Anmeldung: " + long_facts.list_title);
  CHECK(seen[0]["mailboxes"]["From"].dump() ==
        R"([["Müller & Söhne GmbH","newsletter@mueller-soehne.example"]])");
  CHECK(test::without_spaces(seen[2]["mailboxes"]["From"][0][0]) ==
        test::without_spaces(long_facts.from_name));
  CHECK(seen[0]["mailboxes"]["To"].dump() == R"([["","anna.schmidt@example.org"]])");
  CHECK(seen[3]["mailboxes"]["To"].dump() == R"([["","jörg.größe@example.org"]])");
}

TEST_CASE("the masked letter is the real one with asterisks in place of the token, line for line") {
  LetterValues masked_values = sample_values();
  masked_values.token = std::string(44, '*');
  for (const std::string& language : languages) {
    const std::string real = compose(language).message;
    const std::string masked = compose(language, sample_facts(), masked_values).message;
    REQUIRE(masked.size() == real.size());
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < real.size(); ++i) {
      if (masked[i] == real[i]) continue;
      REQUIRE(masked[i] == '*');
      ++hidden;
    }
    CHECK(hidden == 3 * 44);
    CHECK(test::parts_of(masked).html.find(test::sample_token) == std::string::npos);
  }
}

TEST_CASE("the same values give the same bytes, other values other bytes") {
  CHECK(compose("de").message == compose("de").message);
  LetterValues other = sample_values();
  other.message_key = "ffffffff";
  CHECK(compose("de", sample_facts(), other).message != compose("de").message);
}

TEST_CASE("values that hold mustache or HTML stay words") {
  LetterFacts facts = sample_facts();
  facts.list_title = "{{confirm_url}} <b>&amp;\"' {{#x}}";
  facts.controller_lines = {"{{/controller_lines}}", "<script>alert(1)</script>"};
  const auto seen = test::parse_elsewhere({compose("de", facts)});
  CHECK(seen[0]["subject"] == "Bitte bestätigen Sie Ihre Anmeldung: " + facts.list_title);
  CHECK(seen[0]["html_text"].get<std::string>().find("<script>alert(1)</script>") != std::string::npos);
  const auto& tags = seen[0]["tags"];
  CHECK(std::count(tags.begin(), tags.end(), "script") == 0);
  CHECK(std::count(tags.begin(), tags.end(), "b") == 0);
}

TEST_CASE("every expiry is told in its month, at midnight and at the end of the year too") {
  const auto told = [](const std::string& language, const char* instant) {
    LetterValues values = sample_values();
    values.expires_at = parse_rfc3339(instant).value();
    return test::parts_of(compose(language, sample_facts(), values).message).text;
  };
  CHECK(told("de", "2027-01-01T00:00:00.000Z").find("1. Januar 2027, 00:00 Uhr (UTC)") != std::string::npos);
  CHECK(told("en", "2027-12-31T23:59:59.999Z").find("31 December 2027, 23:59 UTC") != std::string::npos);
  CHECK(told("de", "2028-02-29T07:05:00.000Z").find("29. Februar 2028, 07:05 Uhr (UTC)") !=
        std::string::npos);
}

TEST_CASE("a template without the link, or with the link in the subject, gives no letter") {
  const std::string head = "language: de\nmonths: 1 2 3 4 5 6 7 8 9 10 11 12\n--- subject ---\n";
  const auto refused = [&](const std::string& parts) {
    CHECK_THROWS_AS(compose_confirmation_letter(head + parts, sample_facts(), sample_values()),
                    std::invalid_argument);
  };
  refused("S\n--- text ---\nT\n--- html ---\n{{confirm_url}}\n");
  refused("S\n--- text ---\n{{confirm_url}}\n--- html ---\nH\n");
  refused("{{confirm_url}}\n--- text ---\n{{confirm_url}}\n--- html ---\n{{confirm_url}}\n");
  refused("S\n--- text ---\n{{confirm_url}}{{#imprint_url}}\n--- html ---\n{{confirm_url}}\n");
}

TEST_CASE("facts survive their canonical text, and nothing else is taken for facts") {
  const std::string text = to_canonical_text(sample_facts());
  CHECK(letter_facts_from(text) == sample_facts());
  CHECK(to_canonical_text(letter_facts_from(text)) == text);
  CHECK(text.starts_with(R"({"controller_lines":["Musterstraße 3",)"));
  for (const std::string& other :
       {std::string("{}"), std::string("[]"), std::string("null"), std::string(""), text + " {}",
        std::string(text).replace(2, 3, "CON"), std::string(text).insert(1, R"("extra":1,)")}) {
    CHECK_THROWS_AS(letter_facts_from(other), std::invalid_argument);
  }
}

}  // namespace
}  // namespace optledger
