#include "lib/person/email_address.hpp"

#include "lib/base/hash.hpp"
#include "lib/person/fingerprint.hpp"
#include "lib/person/person_name.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

using namespace optledger;

namespace {

std::string parsed(std::string_view text) {
  const auto address = EmailAddress::parse(text);
  return address ? address->text() : "refused";
}

Fingerprint fingerprint(std::string_view text) {
  return fingerprint_of(EmailAddress::parse(text).value(), {sha256("test key")});
}

}  // namespace

TEST_CASE("an address keeps the case, tags and dots of its local part") {
  CHECK(parsed("Foo.Bar+news@Example.ORG") == "Foo.Bar+news@example.org");
  CHECK(parsed(" a@example.org\n") == "a@example.org");
  CHECK(parsed("!#$%&'*+-/=?^_`{|}~@example.org") == "!#$%&'*+-/=?^_`{|}~@example.org");
  CHECK(parsed("postmaster@a.museum") == "postmaster@a.museum");
}

TEST_CASE("domains are IDNA2008: straße is not strasse") {
  CHECK(parsed("a@STRASSE.de") == "a@strasse.de");
  CHECK(parsed("a@straße.de") == "a@xn--strae-oqa.de");
  CHECK(parsed("a@münchen.de") == "a@xn--mnchen-3ya.de");
  CHECK(parsed("a@MÜNCHEN.de") == "a@xn--mnchen-3ya.de");
  CHECK(parsed("用户@例え.jp") == "用户@xn--r8jz45g.jp");
}

TEST_CASE("local parts in UTF-8 are brought to NFC and need SMTPUTF8") {
  CHECK(parsed("u\xCC\x88@example.org") == "ü@example.org");
  CHECK(EmailAddress::parse("ü@example.org")->needs_smtputf8());
  CHECK_FALSE(EmailAddress::parse("u@münchen.de")->needs_smtputf8());
}

TEST_CASE("what mail cannot be sent to is refused with a reason") {
  const std::string long_label(64, 'a');
  for (const auto& bad : {std::string(""),
                          std::string("   "),
                          std::string("a"),
                          std::string("@example.org"),
                          std::string("a@"),
                          std::string("a@localhost"),
                          std::string("a@[192.0.2.1]"),
                          std::string("a@192.0.2.1"),
                          std::string("\"a b\"@example.org"),
                          std::string("a b@example.org"),
                          std::string("a..b@example.org"),
                          std::string(".a@example.org"),
                          std::string("a.@example.org"),
                          std::string("a@example..org"),
                          std::string("a@-example.org"),
                          std::string("a@example-.org"),
                          std::string("a@exa_mple.org"),
                          std::string("a@example.org."),
                          std::string("a,b@example.org"),
                          std::string("a@b@example.org"),
                          std::string("a\r\nBcc: x@example.org"),
                          std::string("a\0@example.org", 14),
                          std::string("a\xFF@example.org"),
                          std::string("a\xE2\x80\xAE@example.org"),
                          std::string("a\xC2\x85@example.org"),
                          "a@" + long_label + ".org",
                          std::string(65, 'a') + "@example.org",
                          "a@" + std::string(250, 'a') + ".org",
                          std::string(100'000, 'a') + "@b.org"}) {
    CAPTURE(bad.substr(0, 80));
    const auto address = EmailAddress::parse(bad);
    REQUIRE_FALSE(address);
    CHECK_FALSE(address.error().empty());
  }
}

TEST_CASE("64 octets before the @ and 254 in all are the limit") {
  CHECK(EmailAddress::parse(std::string(64, 'a') + "@example.org"));
  const std::string label(60, 'b');
  const auto domain = label + "." + label + "." + label + ".org";  // 186 octets
  CHECK(EmailAddress::parse(std::string(64, 'a') + "@" + domain));
  CHECK_FALSE(EmailAddress::parse(std::string(64, 'a') + "@bbbbb." + domain));
}

TEST_CASE("a fingerprint compares U-label and A-label forms equal and folds the case") {
  CHECK(fingerprint("Foo@Example.org") == fingerprint("foo@example.ORG"));
  CHECK(fingerprint("a@münchen.de") == fingerprint("a@xn--mnchen-3ya.de"));
  CHECK(fingerprint("Ä@example.org") == fingerprint("a\xCC\x88@example.org"));
  CHECK_FALSE(fingerprint("a.b@gmail.com") == fingerprint("ab@gmail.com"));
  CHECK_FALSE(fingerprint("a+x@example.org") == fingerprint("a@example.org"));
  CHECK_FALSE(fingerprint_of(EmailAddress::parse("a@example.org").value(), {sha256("one")}) ==
              fingerprint_of(EmailAddress::parse("a@example.org").value(), {sha256("two")}));
}

TEST_CASE("a masked address shows its owner enough and others too little") {
  CHECK(EmailAddress::parse("anna@example.org")->masked() == "a…@e….org");
  CHECK(EmailAddress::parse("a@b.org")->masked() == "…@….org");
}

TEST_CASE(
    "law: a parsed address is a fixed point of parsing, and parsing never fails in another way than "
    "refusing") {
  CHECK(rc::check([](const std::string& local, const std::string& domain) {
    const auto once = EmailAddress::parse(local + "@" + domain + ".org");
    if (!once) return;
    const auto twice = EmailAddress::parse(once->text());
    RC_ASSERT(twice.has_value());
    RC_ASSERT(twice->text() == once->text());
    RC_ASSERT(once->text().size() <= 254U);
  }));
}

TEST_CASE("a name may be of any script, at most 100 characters, without control characters") {
  CHECK(PersonName::parse(" Łukasz O'Neill-山田 ")->text() == "Łukasz O'Neill-山田");
  CHECK(PersonName::parse(std::string(100, 'x')));
  std::string hundred_wide;
  for (int i = 0; i < 100; ++i) hundred_wide += "山";
  CHECK(PersonName::parse(hundred_wide));
  CHECK_FALSE(PersonName::parse(hundred_wide + "山"));
  for (const auto* bad : {"", " ", "a\nb", "a\rb", "\x01", "a\xE2\x80\xA8", "\xFF", "a\xE2\x80\xAE"}) {
    CHECK_FALSE(PersonName::parse(bad));
  }
}
