// Laws of single values. The numbers come from a fixed seed, so a failure repeats.
#include "service/config/values.hpp"

#include "service/config/suggestion.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace optledger;

namespace {

std::string any_text(std::mt19937& random, std::size_t longest) {
  static constexpr std::string_view alphabet = "0123456789smhdy/:.[]-+ <>@\"abcZ\\\xC3\xA4\x01";
  std::string text(std::uniform_int_distribution<std::size_t>(0, longest)(random), ' ');
  for (char& c : text)
    c = alphabet[std::uniform_int_distribution<std::size_t>(0, alphabet.size() - 1)(random)];
  return text;
}

std::int64_t most_in_a_day(const Rate& rate) {
  const std::int64_t day = Duration{std::chrono::hours{24}}.count();
  return rate.count * ((day + rate.window.count() - 1) / rate.window.count());
}

}  // namespace

TEST_CASE("a span within its bounds reads as what it says") {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const int number = std::uniform_int_distribution<int>(1, 9'999'999)(random);
    const auto span = parse_duration(std::to_string(number) + "s", std::chrono::hours{24 * 14});
    CHECK(span.has_value() == (number <= 14 * 86400));
    if (span) CHECK(*span == std::chrono::seconds{number});
  }
}

TEST_CASE("no text gives a span outside its bounds, and no text is an accident") {
  std::mt19937 random(2);
  const Duration week = std::chrono::hours{24 * 7};
  for (int round = 0; round < 20000; ++round) {
    const std::string text = any_text(random, 12);
    if (const auto span = parse_duration(text, week))
      CHECK((*span >= std::chrono::seconds{1} && *span <= week));
    if (const auto window = parse_proof_window(text)) CHECK((window->years >= 1 && window->years <= 3));
    if (const auto rate = parse_letter_rate(text)) CHECK(most_in_a_day(*rate) <= 3);
    (void)parse_host_port(text);
    (void)parse_address_block(text);
    (void)parse_sender(text);
  }
}

TEST_CASE("no accepted rate lets more than three letters go out in a day") {
  for (int count = -1; count <= 5; ++count) {
    for (int hours = 0; hours <= 400; ++hours) {
      const auto rate = parse_letter_rate(std::to_string(count) + "/" + std::to_string(hours) + "h");
      const bool allowed =
          count >= 1 && count <= 3 && hours >= 1 && hours <= 14 * 24 && count * ((23 + hours) / hours) <= 3;
      CHECK(rate.has_value() == allowed);
    }
  }
}

TEST_CASE("spans with signs, spaces, fractions or too many digits are refused") {
  for (const char* text :
       {"", "d", "7", "-7d", "+7d", " 7d", "7 d", "7.5d", "7D", "7w", "99999999s", "1d1h", "0x1d"}) {
    CHECK_MESSAGE(!parse_duration(text, std::chrono::hours{24 * 366}), std::string(text));
  }
}

TEST_CASE("loopback is this machine and nothing that looks like it") {
  for (const char* host : {"127.0.0.1", "127.255.255.254", "::1", "localhost", "a.localhost"})
    CHECK(is_loopback(host));
  for (const char* host :
       {"128.0.0.1", "127.0.0.1.example.de", "localhost.example.de", "::2", "0.0.0.0", "xlocalhost"}) {
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("one slip in a known name is always understood") {
  const std::vector<std::string> known{"listen", "public_url", "trusted_proxies", "access_log"};
  for (const std::string& name : known) {
    for (std::size_t at = 0; at < name.size(); ++at) {
      std::string left_out = name, replaced = name, swapped = name;
      left_out.erase(at, 1);
      replaced[at] = '#';
      if (at > 0) std::swap(swapped[at - 1], swapped[at]);
      for (const std::string& slip : {left_out, replaced, swapped}) CHECK(nearest(slip, known) == name);
    }
  }
  CHECK_FALSE(nearest("bananas", known));
  CHECK_FALSE(nearest(std::string(100000, 'x'), known));
}

TEST_CASE("a secret can be replaced and copied") {
  Secret secret("first");
  const Secret copy = secret;
  secret = Secret("second, which is longer than a short string");
  CHECK(copy.reveal() == "first");
  CHECK(secret.reveal() == "second, which is longer than a short string");
  CHECK(Secret().empty());
}
