// What tells robots from people: the stamp of a form, and proof of work.
#include "lib/base/hash.hpp"
#include "lib/limits/form_stamp.hpp"
#include "lib/limits/proof_of_work.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace optledger;

namespace {

constexpr std::string_view work_key_text = "optledger-test-key-of-32-octets!";

Digest work_key() {
  Digest key;
  std::copy_n(work_key_text.begin(), key.size(), key.begin());
  return key;
}

const Instant work_noon = parse_rfc3339("2026-11-25T12:00:00.000Z").value();

Digest fresh_bytes(std::uint8_t seed) {
  Digest bytes;
  bytes.fill(seed);
  return bytes;
}

Json payload_of(const Json& challenge, std::int64_t number) {
  return {{"algorithm", challenge["algorithm"]}, {"challenge", challenge["challenge"]}, {"number", number},
          {"salt", challenge["salt"]},           {"signature", challenge["signature"]}, {"took", 12}};
}

std::int64_t solve(const Json& challenge) {
  const auto salt = challenge["salt"].get<std::string>();
  for (std::int64_t number = 0;; ++number) {
    REQUIRE(number <= challenge["maxnumber"].get<std::int64_t>());
    if (to_hex(sha256(salt + std::to_string(number))) == challenge["challenge"].get<std::string>())
      return number;
  }
}

std::string sent(const Json& payload) { return to_base64(payload.dump()); }

}  // namespace

TEST_CASE("a form's stamp is good from the fill time on, for a day, for its own list") {
  const auto key = stamp_key(fresh_bytes(7));
  const auto stamp = make_stamp(key, "news", work_noon);
  const auto doubt = [&](Duration age) {
    return doubt_about_stamp(key, "news", stamp, work_noon + age, std::chrono::seconds{3});
  };
  CHECK(stamp.size() == 32);
  CHECK(doubt(std::chrono::milliseconds{2999}) == StampDoubt::too_young);
  CHECK_FALSE(doubt(std::chrono::seconds{3}).has_value());
  CHECK_FALSE(doubt(std::chrono::hours{24}).has_value());
  CHECK(doubt(std::chrono::hours{25}) == StampDoubt::too_old);
  CHECK(doubt(-std::chrono::hours{1}) == StampDoubt::too_young);  // our clock was set back
  const auto later = work_noon + std::chrono::minutes{1};
  CHECK(doubt_about_stamp(key, "jobs", stamp, later, {}) == StampDoubt::missing);
  CHECK(doubt_about_stamp(stamp_key(fresh_bytes(8)), "news", stamp, later, {}) == StampDoubt::missing);
  for (const auto& wrong :
       {std::string(), std::string("x"), "B" + stamp.substr(1), stamp + "A", std::string(5000, 'A')}) {
    CHECK(doubt_about_stamp(key, "news", wrong, later, {}) == StampDoubt::missing);
  }
}

TEST_CASE("a challenge is what the ALTCHA protocol says, and its solution is taken until it expires") {
  const auto challenge = make_work_challenge(work_key(), 1000, work_noon, fresh_bytes(5));
  CHECK(challenge["algorithm"] == "SHA-256");
  CHECK(challenge["maxnumber"] == 1000);
  CHECK(challenge["salt"] == "050505050505050505050505?expires=1795608000&");
  const auto payload = sent(payload_of(challenge, solve(challenge)));
  const auto worked = check_work(work_key(), payload, work_noon - std::chrono::seconds{1});
  REQUIRE(worked);
  CHECK(to_hex(worked->challenge) == challenge["challenge"].get<std::string>());
  CHECK(worked->expires == work_noon);
  CHECK(check_work(work_key(), payload, work_noon).error() == WorkDoubt::expired);
}

TEST_CASE("what altcha-lib 1.4.1 made and solved with our key is taken") {
  // createChallenge({hmacKey: "optledger-test-key-of-32-octets!", maxnumber: 1000, number: 417,
  //                  salt: "000102030405060708090a0b", expires: new Date("2026-11-25T12:00:00Z")})
  const Json payload{{"algorithm", "SHA-256"},
                     {"challenge", "4dea4673ff73c5305711c7358722b1171075a436a00a69d89db1ec7957eb17c4"},
                     {"number", 417},
                     {"salt", "000102030405060708090a0b?expires=1795608000&"},
                     {"signature", "23a0cd4c4c64bbd361ef5cd4314c3a9f8ff2a226ae2ecb1a44d1fb1472cc3832"}};
  CHECK(check_work(work_key(), sent(payload), work_noon - std::chrono::seconds{1}));
}

TEST_CASE("nothing about a solution can be changed, least of all when it expires") {
  const auto challenge = make_work_challenge(work_key(), 1000, work_noon, fresh_bytes(6));
  const auto number = solve(challenge);
  const auto now = work_noon - std::chrono::minutes{1};
  const auto doubt = [&](const std::string& payload) {
    const auto worked = check_work(work_key(), payload, now);
    return worked ? std::optional<WorkDoubt>() : worked.error();
  };
  const auto with = [&](const char* name, const Json& value) {
    auto payload = payload_of(challenge, number);
    payload[name] = value;
    return sent(payload);
  };
  CHECK_FALSE(doubt(sent(payload_of(challenge, number))).has_value());
  CHECK(doubt(sent(payload_of(challenge, number + 1))) == WorkDoubt::missing);
  CHECK(doubt(with("number", -1)) == WorkDoubt::missing);
  CHECK(doubt(with("number", 1.5)) == WorkDoubt::missing);
  CHECK(doubt(with("number", "1")) == WorkDoubt::missing);
  CHECK(doubt(with("number", 18446744073709551615ULL)) == WorkDoubt::missing);
  CHECK(doubt(with("algorithm", "SHA-1")) == WorkDoubt::missing);
  CHECK(doubt(with("signature", std::string(64, 'a'))) == WorkDoubt::missing);
  CHECK(doubt(with("challenge", std::string(64, 'a'))) == WorkDoubt::missing);
  CHECK(doubt(with("salt", "x")) == WorkDoubt::missing);
  // A digit moved from the number to the time: the hashed text would stay the same without the "&".
  auto salt = challenge["salt"].get<std::string>();
  salt.pop_back();
  CHECK(doubt(with("salt", salt)) == WorkDoubt::missing);
  for (const auto* text : {"", "not base64", "e30=", "bnVsbA==", "W10="})
    CHECK(doubt(text) == WorkDoubt::missing);
  CHECK(doubt(std::string(longest_work_payload + 1, 'A')) == WorkDoubt::missing);
  CHECK_FALSE(check_work(fresh_bytes(1), sent(payload_of(challenge, number)), now));
}

TEST_CASE("a solution is spent once, and a full memory spends nothing rather than anything twice") {
  SpentWork spent(3);
  const auto work = [](std::uint8_t seed, Instant expires) { return Worked{fresh_bytes(seed), expires}; };
  using Spending = SpentWork::Spending;
  CHECK(spent.spend(work(1, work_noon), work_noon - std::chrono::seconds{1}) == Spending::done);
  CHECK(spent.spend(work(1, work_noon), work_noon - std::chrono::seconds{1}) == Spending::spent_before);
  CHECK(spent.spend(work(2, work_noon), work_noon - std::chrono::seconds{1}) == Spending::done);
  const auto later = work_noon + std::chrono::minutes{1};
  CHECK(spent.spend(work(3, later), work_noon - std::chrono::seconds{1}) == Spending::done);
  CHECK(spent.spend(work(4, later), work_noon - std::chrono::seconds{1}) == Spending::no_place);
  CHECK(spent.spend(work(4, later), work_noon) == Spending::done);  // two have expired
  CHECK(spent.is_spent(fresh_bytes(3)));
}
