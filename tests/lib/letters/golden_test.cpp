// Letters are evidence that is made again from stored templates, years later. What was composed once must be
// composed the same for ever.
#include "lib/base/hash.hpp"
#include "tests/lib/letters/sample.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace optledger {
namespace {

// A template as it may lie in somebody's database. Never edit it, and never edit the hash below to make a
// change in lib/letters pass: such a change would no longer give the bytes that old records have the SHA-256
// of. A new layout needs a new composer beside the old one.
constexpr const char* stored_template =
    "# stored in 2026\n"
    "language: de\n"
    "months: Januar Februar März April Mai Juni Juli August September Oktober November Dezember\n"
    "\n"
    "--- subject ---\n"
    "Anmeldung zu {{list_title}} bestätigen\n"
    "\n"
    "--- text ---\n"
    "Für {{controller_name}}: {{confirm_url}}\n"
    ".Punkt am Anfang, Leerzeichen am Ende \n"
    "Bis {{expires_day}}. {{expires_month_name}} ({{expires_month}}) {{expires_year}}, {{expires_time}} "
    "Uhr.\n"
    "{{#controller_lines}}\n"
    "  {{.}}\n"
    "{{/controller_lines}}\n"
    "{{#imprint_url}}Impressum {{imprint_url}}{{/imprint_url}}{{^imprint_url}}kein "
    "Impressum{{/imprint_url}}\n"
    "{{! eine Anmerkung }}\n"
    "Eine lange Zeile = {{list_title}} {{list_title}} {{list_title}} äöüß äöüß äöüß äöüß äöüß äöüß äöüß "
    "äöüß.\n"
    "\n"
    "--- html ---\n"
    "<html lang=\"{{language}}\"><p>{{controller_name}}<a href=\"{{confirm_url}}\">{{list_title}}</a>\n"
    "{{#has_controller_lines}}<p>{{#controller_lines}}{{.}}<br>{{/controller_lines}}{{/"
    "has_controller_lines}}\n";

TEST_CASE("a stored template gives the same bytes in every version of this program") {
  const Letter letter = compose_confirmation_letter(stored_template, test::sample_facts(),
                                                    test::sample_values("jörg@example.org"));
  CHECK(to_hex(sha256(letter.message)) == "f791b3a26615649b78b59e5878b828ab0ae6bb1524974e7e4f7756c21327b717");
}

TEST_CASE("stored facts are named by the same hash in every version of this program") {
  CHECK(to_hex(sha256(to_canonical_text(test::sample_facts()))) ==
        "48acdbf970ebbd84c72d55352c2556bddd5836c15027b74af0f831c4f3838e1f");
}

// The shipped letters, for eyes: a changed template shows in the diff of these files. Set
// OPTLEDGER_UPDATE_GOLDEN=1 to write them anew.
TEST_CASE("the shipped letters look as in tests/golden") {
  for (const char* language : {"de", "en"}) {
    CAPTURE(language);
    const auto file =
        test::source_root() / "tests" / "golden" / ("confirmation." + std::string(language) + ".eml");
    const Letter letter = compose_confirmation_letter(test::shipped_template(language), test::sample_facts(),
                                                      test::sample_values());
    if (std::getenv("OPTLEDGER_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file, std::ios::binary) << letter.message;
    }
    CHECK(test::read_file(file) == letter.message);
  }
}

}  // namespace
}  // namespace optledger
