#include "lib/letters/read_letter.hpp"

#include "tests/lib/letters/sample.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

std::string composed(const std::string& template_text, const LetterFacts& facts = test::sample_facts(),
                     const std::string& to = "anna.schmidt@example.org") {
  return compose_confirmation_letter(template_text, facts, test::sample_values(to)).message;
}

TEST_CASE("a letter of ours reads as it was written") {
  const auto reading = read_letter(composed(test::shipped_template("de")));
  REQUIRE(reading);
  CHECK(reading->date == "Mon, 23 Nov 2026 19:09:29 +0000");
  CHECK(reading->from == "Müller & Söhne GmbH <newsletter@mueller-soehne.example>");
  CHECK(reading->to == "anna.schmidt@example.org");
  CHECK(reading->subject == "Bitte bestätigen Sie Ihre Anmeldung: Neuigkeiten aus der Werkstatt");
  CHECK(reading->text.starts_with(
      "Guten Tag,\n\njemand hat diese E-Mail-Adresse bei Müller & Söhne GmbH für den "
      "Newsletter „Neuigkeiten aus der Werkstatt“ eingetragen.\n"));
  CHECK(reading->text.find("\nhttps://newsletter.mueller-soehne.example/confirm/" + test::sample_token +
                           "\n") != std::string::npos);
  CHECK(reading->text.find('\r') == std::string::npos);
}

TEST_CASE("equals signs, underscores, dots and spaces at the ends of lines come back") {
  LetterFacts facts = test::sample_facts();
  facts.list_title = "=?UTF-8?Q?a_b?= = 100 % _ ?= äöüß ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä ä";
  facts.from_name = "=?UTF-8?Q?x?= \"Y\" \\";
  const std::string text = ".dot =3D {{list_title}} \n..\n  \n=\n{{confirm_url}}\n";
  const auto reading =
      read_letter(composed("language: de\nmonths: 1 2 3 4 5 6 7 8 9 10 11 12\n--- subject ---\n"
                           "{{list_title}}\n--- text ---\n" +
                               text + "--- html ---\n{{confirm_url}}\n",
                           facts));
  REQUIRE(reading);
  CHECK(reading->subject == facts.list_title);
  CHECK(reading->text.starts_with(".dot =3D " + facts.list_title + " \n..\n  \n=\nhttps://"));
  CHECK(reading->from.find("=?UTF-8?Q?x?=") != std::string::npos);
}

TEST_CASE("an address that looks like an encoded-word is shown as the address it is") {
  const auto reading = read_letter(
      composed(test::shipped_template("en"), test::sample_facts(), "=?UTF-8?Q?other?=@example.org"));
  REQUIRE(reading);
  CHECK(reading->to == "=?UTF-8?Q?other?=@example.org");
}

TEST_CASE("what is not laid out like a letter of ours is not read") {
  const std::string letter = composed(test::shipped_template("de"));
  CHECK_FALSE(read_letter(""));
  CHECK_FALSE(read_letter("\r\n\r\n"));
  CHECK_FALSE(read_letter("Subject: x\r\n\r\nHello\r\n"));
  for (const char* needed :
       {"multipart/alternative", "text/plain", "quoted-printable", "\r\nTo:", "\r\n\r\n--=_"}) {
    CAPTURE(needed);
    std::string other = letter;
    other.replace(other.find(needed) + 2, 1, "\x01");
    CHECK_FALSE(read_letter(other));
  }
  const auto end_of_text = letter.find("\r\nContent-Type: text/html") - std::string("\r\n--=_").size() - 32;
  for (std::size_t length = 0; length <= end_of_text; length += 7) {
    CHECK_FALSE(read_letter(letter.substr(0, length)));
  }
}

}  // namespace
}  // namespace optledger
