#include "lib/letters/mime.hpp"

#include "lib/base/text.hpp"
#include "tests/lib/letters/decode.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace optledger {
namespace {

using test::decode_field;
using test::decode_quoted_printable;
using test::lines_of;

bool is_seven_bit(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c <= '~'); });
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string& line : lines_of(text, "\r\n")) longest = std::max(longest, line.size());
  return longest;
}

// Text of any script without control characters.
rc::Gen<std::string> one_line_text() {
  const auto character =
      rc::gen::element<std::string>("a", "Z", " ", "?", "=", "_", "\"", "\\", "<", ">", "@", ",", ".", "ä",
                                    "ß", "€", "語", "🎉", "é", "=?", "?=");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(character),
                      [](const std::vector<std::string>& all) {
                        std::string text;
                        for (const std::string& one : all) text += one;
                        return text;
                      });
}

TEST_CASE("a plain subject stays readable, anything else becomes encoded-words") {
  CHECK(text_field("Subject", "Please confirm: News") == "Subject: Please confirm: News\r\n");
  CHECK(text_field("Subject", "Bitte bestätigen") == "Subject: =?UTF-8?Q?Bitte_best=C3=A4tigen?=\r\n");
  CHECK(text_field("Subject", "=?x") == "Subject: =?UTF-8?Q?=3D=3Fx?=\r\n");
}

TEST_CASE("a mailbox name is quoted or encoded, and never becomes a second address") {
  CHECK(mailbox_field("From", "", "a@b.de") == "From: a@b.de\r\n");
  CHECK(mailbox_field("From", "Example GmbH & Co. KG", "a@b.de") ==
        "From: \"Example GmbH & Co. KG\" <a@b.de>\r\n");
  CHECK(mailbox_field("From", "x\" <evil@b.de>, \"\\", "a@b.de") ==
        "From: \"x\\\" <evil@b.de>, \\\"\\\\\" <a@b.de>\r\n");
  CHECK(mailbox_field("From", "Müller", "a@b.de") == "From: =?UTF-8?Q?M=C3=BCller?= <a@b.de>\r\n");
  const std::string folded = mailbox_field("From", "Müller", std::string(60, 'a') + "@b.de");
  CHECK(folded == "From: =?UTF-8?Q?M=C3=BCller?=\r\n <" + std::string(60, 'a') + "@b.de>\r\n");
}

TEST_CASE("a long value is folded after its name") {
  const std::string value(70, 'a');
  CHECK(header_field("Message-ID", value) == "Message-ID:\r\n " + value + "\r\n");
  CHECK(header_field("Message-ID", "<a@b>") == "Message-ID: <a@b>\r\n");
}

TEST_CASE("no control character gets into a header") {
  for (const char* evil :
       {"a\r\nBcc: x@y.de", "a\nb", "a\rb", "a\tb", "a\x7f", "a\xC2\x85z", "a\xE2\x80\xA8z", "a\xFFz"}) {
    CHECK_THROWS_AS(header_field("To", evil), std::invalid_argument);
    CHECK_THROWS_AS(text_field("Subject", evil), std::invalid_argument);
    CHECK_THROWS_AS(mailbox_field("From", evil, "a@b.de"), std::invalid_argument);
    CHECK_THROWS_AS(mailbox_field("From", "x", evil), std::invalid_argument);
  }
  CHECK_THROWS_AS(header_field("To", std::string_view("a\0b", 3)), std::invalid_argument);
}

TEST_CASE("a subject reads back as it was, in lines and words of lawful length that split no character") {
  CHECK(rc::check([] {
    const std::string text = trim_ascii_space(*one_line_text());
    const std::string field = text_field("Subject", text);
    RC_ASSERT(decode_field(field) == text);
    RC_ASSERT(longest_line(field) <= 76u);
    RC_ASSERT(is_seven_bit(field));
    for (const std::string& line : lines_of(field, "\r\n")) {
      const auto word = line.find("=?UTF-8?Q?");
      if (word == std::string::npos) continue;
      RC_ASSERT(line.size() - word <= 75u);
      RC_ASSERT(is_utf8(decode_field("x: " + line.substr(word))));
    }
  }));
}

TEST_CASE("a From field always ends with its one address") {
  CHECK(rc::check([] {
    const std::string field = mailbox_field("From", *one_line_text(), "news@example.de");
    RC_ASSERT(is_seven_bit(field));
    RC_ASSERT(longest_line(field) <= 76u);
    RC_ASSERT(field.ends_with("<news@example.de>\r\n") || field == "From: news@example.de\r\n");
  }));
}

TEST_CASE("quoted-printable reads back as it was, in 7-bit lines of at most 76") {
  CHECK(rc::check([](const std::string& bytes) {
    std::string text = bytes;
    std::erase(text, '\r');
    const std::string encoded = to_quoted_printable(text);
    RC_ASSERT(decode_quoted_printable(encoded) == text);
    RC_ASSERT(longest_line(encoded) <= 76u);
    RC_ASSERT(is_seven_bit(encoded));
    for (const std::string& line : lines_of(encoded, "\r\n")) {
      RC_ASSERT(!line.starts_with('.') && !line.ends_with(' '));
    }
  }));
  const std::string long_text(3000, 'x');
  CHECK(decode_quoted_printable(to_quoted_printable(long_text)) == long_text);
  CHECK(longest_line(to_quoted_printable(long_text)) <= 76);
}

TEST_CASE("quoted-printable protects dots, trailing spaces and equals signs") {
  CHECK(to_quoted_printable(".\n.a \n=\n") == "=2E\r\n=2Ea=20\r\n=3D\r\n");
  CHECK(to_quoted_printable("") == "");
  CHECK(to_quoted_printable("a b") == "a b");
}

}  // namespace
}  // namespace optledger
