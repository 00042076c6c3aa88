#include "lib/limits/proof_of_work.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>
#include <charconv>

namespace optledger {
namespace {

constexpr const char* algorithm = "SHA-256";
constexpr std::size_t salt_bytes = 12;
constexpr std::string_view expires_name = "?expires=";

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Exactly the form we make, and no other that means the same.
std::optional<Instant> expiry_in(std::string_view salt) {
  const std::size_t head = 2 * salt_bytes + expires_name.size();
  if (salt.size() <= head + 1 || salt.size() > head + 16 || salt.back() != '&') return std::nullopt;
  if (salt.substr(2 * salt_bytes, expires_name.size()) != expires_name) return std::nullopt;
  const auto digits = salt.substr(head, salt.size() - head - 1);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || seconds < 0) return std::nullopt;
  return Instant{std::chrono::seconds{std::min<std::int64_t>(seconds, 100'000'000'000)}};
}

}  // namespace

Json make_work_challenge(const Digest& key, int most, Instant expires, const Digest& fresh) {
  std::uint64_t number = 0;
  for (std::size_t i = salt_bytes; i < salt_bytes + 8; ++i) number = number << 8 | fresh[i];
  const auto seconds = std::chrono::floor<std::chrono::seconds>(expires).time_since_epoch().count();
  const auto salt = to_hex(as_chars(fresh).substr(0, salt_bytes)) + std::string(expires_name) +
                    std::to_string(seconds) + "&";
  const auto challenge =
      to_hex(sha256(salt + std::to_string(number % (static_cast<std::uint64_t>(most) + 1))));
  return {{"algorithm", algorithm},
          {"challenge", challenge},
          {"maxnumber", most},
          {"salt", salt},
          {"signature", to_hex(hmac_sha256(key, challenge))}};
}

std::optional<Work> parse_work(std::string_view payload) {
  if (payload.empty() || payload.size() > longest_work_payload) return std::nullopt;
  const auto text = from_base64(payload);
  if (!text) return std::nullopt;
  const auto json = parse_strict_json(*text);
  if (!json || !json->is_object() || text_in(*json, "algorithm") != algorithm) return std::nullopt;
  const auto challenge = digest_from_hex(text_in(*json, "challenge"));
  const auto signature = digest_from_hex(text_in(*json, "signature"));
  const auto number = json->find("number");
  if (!challenge || !signature || number == json->end() || !number->is_number_unsigned()) return std::nullopt;
  if (number->get<std::uint64_t>() > 1'000'000'000) return std::nullopt;
  return Work{*challenge, *signature, text_in(*json, "salt"), number->get<std::int64_t>()};
}

tl::expected<Worked, WorkDoubt> check_work(const Digest& key, std::string_view payload, Instant now) {
  const auto work = parse_work(payload);
  if (!work) return tl::unexpected(WorkDoubt::missing);
  const auto signature = hmac_sha256(key, to_hex(work->challenge));
  const bool is_ours = equal_in_constant_time(as_chars(work->signature), as_chars(signature));
  const auto expires = expiry_in(work->salt);
  if (!is_ours || !expires || sha256(work->salt + std::to_string(work->number)) != work->challenge) {
    return tl::unexpected(WorkDoubt::missing);
  }
  if (*expires <= now) return tl::unexpected(WorkDoubt::expired);
  return Worked{work->challenge, *expires};
}

SpentWork::Spending SpentWork::spend(const Worked& work, Instant now) {
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    by_challenge_.erase(by_time_.begin()->second);
    by_time_.erase(by_time_.begin());
  }
  if (is_spent(work.challenge)) return Spending::spent_before;
  if (by_challenge_.size() >= capacity_) return Spending::no_place;
  by_challenge_.insert(work.challenge);
  by_time_.emplace(work.expires, work.challenge);
  return Spending::done;
}

}  // namespace optledger
