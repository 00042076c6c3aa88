// Timestamps from an authority that uses `openssl ts`, honest and not.
#include "service/anchors/ask_timestamp.hpp"
#include "tests/anchors/authority.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using test::authority;

const std::string message = "newsletter.example.de\n3\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n";

tl::expected<ReceivedTimestamp, std::string> ask(const std::string& ca = authority().ca(),
                                                 HttpLimits limits = authority_limits) {
  static SystemClock clock;
  static SystemEntropy entropy;
  HttpClient http(limits, std::nullopt, {});
  authority().behave("honest");
  return ask_timestamp(http, authority().url(), message, ca, clock, entropy);
}

tl::expected<ReceivedTimestamp, std::string> ask_a(const std::string& behaviour,
                                                   HttpLimits limits = authority_limits) {
  auto& one = authority();
  one.behave(behaviour);
  static SystemClock clock;
  static SystemEntropy entropy;
  HttpClient http(limits, std::nullopt, {});
  return ask_timestamp(http, one.url(), message, one.ca(), clock, entropy);
}

// One line about what is wrong.
std::string refusal_of(const std::string& behaviour, HttpLimits limits = authority_limits) {
  const auto answer = ask_a(behaviour, limits);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().find('\n') == std::string::npos);
  CHECK(answer.error().find('\x1b') == std::string::npos);
  return answer.error();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("an honest authority's timestamp is taken, and can be checked again without it") {
  const auto stamped = ask();
  REQUIRE_MESSAGE(stamped.has_value(), stamped.error());
  CHECK(stamped->timestamp.authority == "CN=Authority tsa,O=Test");
  CHECK(stamped->timestamp.policy == "1.3.6.1.4.1.601.54.1.1");
  CHECK_FALSE(stamped->timestamp.serial.empty());
  CHECK(std::chrono::abs(stamped->timestamp.at - SystemClock().now()) < 1min);
  const auto again = verify_timestamp(stamped->token, message, authority().ca());
  REQUIRE_MESSAGE(again.has_value(), again.error());
  CHECK(again->at == stamped->timestamp.at);
  CHECK(verify_timestamp(stamped->token, message, std::nullopt).has_value());
}

TEST_CASE("openssl agrees about the tokens that are kept") {
  const auto stamped = ask();
  REQUIRE(stamped.has_value());
  TemporaryFolder folder;
  std::ofstream(folder.path() / "token") << stamped->token;
  std::ofstream(folder.path() / "message") << message;
  const auto command = "openssl ts -verify -token_in -in " + (folder.path() / "token").string() + " -data " +
                       (folder.path() / "message").string() + " -CAfile " +
                       (authority().folder() / "ca.pem").string() + " >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("unusual answers that are right are taken") {
  for (const std::string behaviour : {"rsa", "fractions", "mods", "chain"}) {
    CAPTURE(behaviour);
    const auto stamped = ask_a(behaviour);
    REQUIRE_MESSAGE(stamped.has_value(), stamped.error());
    CHECK(verify_timestamp(stamped->token, message, authority().ca()).has_value());
    CHECK(verify_timestamp(stamped->token, message, std::nullopt).has_value());
    if (behaviour == "fractions") CHECK(to_millis(stamped->timestamp.at) % 1000 == 250);
  }
}

TEST_CASE("an authority that is not there is named as such") {
  CHECK(contains(refusal_of("down"), "HTTP status 503"));
  CHECK(contains(refusal_of("redirect"), "HTTP status 302"));
  CHECK(contains(refusal_of("reset"), "does not answer"));
  CHECK(contains(refusal_of("slow", {.connect = 1s, .exchange = 1s, .answer = longest_timestamp}),
                 "does not answer"));
  CHECK(contains(refusal_of("huge"), "too long"));
  CHECK(contains(refusal_of("html-type"), "application/timestamp-reply"));
  CHECK(contains(refusal_of("rejection"), "status 2: it does not know the algorithm (no stamps  today)"));
}

TEST_CASE("answers that are no timestamps are refused") {
  for (const std::string behaviour : {"garbage", "empty"})
    CHECK(contains(refusal_of(behaviour), "none of RFC 3161"));
  CHECK(contains(refusal_of("trailing"), "behind its end"));
  CHECK(contains(refusal_of("version-2"), "version"));
  CHECK(contains(refusal_of("no-time"), "no time"));
}

TEST_CASE("a timestamp of something else is refused") {
  CHECK(contains(refusal_of("other-imprint"), "other bytes"));
  CHECK(contains(refusal_of("sha1-imprint"), "not about a SHA-256"));
  CHECK(contains(refusal_of("other-nonce"), "another question"));
  CHECK(contains(refusal_of("no-nonce"), "no nonce"));
  CHECK(contains(refusal_of("old-time"), "the token says 2024-01-01 00:00:00 UTC, but here it is"));
}

TEST_CASE("a signature that does not hold is refused") {
  CHECK(contains(refusal_of("flipped"), "signature failure"));
  CHECK(contains(refusal_of("foreign"), "unable to get local issuer certificate"));
  CHECK(contains(refusal_of("no-certs"), "does not bring along the certificate"));
  CHECK(contains(refusal_of("weak-digest"), "weak hash"));
  CHECK(contains(refusal_of("other-name"), "another authority"));
}

TEST_CASE("a certificate that will not do is refused") {
  CHECK(contains(refusal_of("expired"), "certificate has expired"));
  CHECK(contains(refusal_of("not-yet"), "not yet valid"));
  CHECK(contains(refusal_of("weak-key"), "too weak"));
  for (const std::string behaviour : {"no-usage", "uncritical-usage", "more-usages"}) {
    CHECK(contains(refusal_of(behaviour), "not one for timestamps"));
  }
}

TEST_CASE("a timestamp still holds when the authority's certificate has long expired") {
  CHECK(contains(refusal_of("back-then"), "the token says 2020-01-15 12:00:00 UTC, but here it is"));
  const auto token = test::bytes_of(authority().folder() / "token");
  for (const auto& ca : {std::optional(authority().ca()), std::optional<std::string>()}) {
    const auto verified = verify_timestamp(token, message, ca);
    REQUIRE_MESSAGE(verified.has_value(), verified.error());
    CHECK(to_readable(verified->at) == "2020-01-15 12:00:00 UTC");
  }
}

TEST_CASE("a CA file without certificates trusts nobody") {
  for (const std::string& pem :
       {std::string(), std::string("no PEM"), authority().ca().substr(0, 200),
        authority().ca() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const auto stamped = ask(pem);
    REQUIRE_FALSE(stamped.has_value());
    CHECK(contains(stamped.error(), "CA file"));
  }
  CHECK(ask(authority().foreign_ca() + authority().ca()).has_value());
  CHECK_FALSE(ask(authority().foreign_ca()).has_value());
}

TEST_CASE("a token is about one message only, and of its own CA") {
  const auto stamped = ask();
  REQUIRE(stamped.has_value());
  CHECK_FALSE(verify_timestamp(stamped->token, message + "x", authority().ca()).has_value());
  CHECK_FALSE(verify_timestamp(stamped->token, "", std::nullopt).has_value());
  CHECK_FALSE(verify_timestamp(stamped->token, message, authority().foreign_ca()).has_value());
  CHECK_FALSE(verify_timestamp(stamped->token + "x", message, authority().ca()).has_value());
  CHECK_FALSE(verify_timestamp("", message, std::nullopt).has_value());
}

// Bits that say nothing: tags and lengths that OpenSSL reads leniently, the CMS version, and what nobody
// signs.
TEST_CASE("a token with any bit flipped does not say anything else") {
  const auto stamped = ask();
  REQUIRE(stamped.has_value());
  const auto real = verify_timestamp(stamped->token, message, authority().ca());
  REQUIRE(real.has_value());
  std::size_t undetected = 0;
  for (std::size_t bit = 0; bit < stamped->token.size() * 8; bit += 3) {
    auto token = stamped->token;
    token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
    const auto read = verify_timestamp(token, message, authority().ca());
    if (!read) continue;
    ++undetected;
    CHECK(read->at == real->at);
    CHECK(read->authority == real->authority);
    CHECK(read->policy == real->policy);
    CHECK(read->serial == real->serial);
  }
  MESSAGE(undetected << " of " << stamped->token.size() * 8 / 3
                     << " flipped bits change nothing that is said");
  CHECK(undetected < 100);
}

TEST_CASE("two queries about the same bytes differ in their nonce alone") {
  SystemEntropy entropy;
  const auto one = timestamp_query(message, entropy);
  const auto other = timestamp_query(message, entropy);
  CHECK(one.imprint == other.imprint);
  CHECK(one.nonce != other.nonce);
  CHECK(one.nonce.size() == 8);
  CHECK(one.der.size() == other.der.size());
}

}  // namespace
}  // namespace optledger
