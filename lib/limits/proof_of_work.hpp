// Proof of work by the open ALTCHA protocol (version 1): a challenge costs the one who asks for a letter some
// seconds of computing, and us two hashes. Nothing is stored for a challenge, since it is signed.
//   challenge = SHA-256(salt || number), in hex; the number, 0 to `most`, is what has to be found
//   salt      = 24 hex digits, "?expires=", seconds since 1970, "&"
//   signature = HMAC-SHA-256(key, challenge), in hex
// The salt ends with "&", so that no digit can be moved from the number to the time of expiry
// (CVE-2025-68113). The payload is base64 of a JSON object with algorithm, challenge, number, salt,
// signature.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace optledger {

inline constexpr std::size_t longest_work_payload = 2048;

// `fresh` is 32 random bytes: the salt and the number come from it. As the protocol sends it.
Json make_work_challenge(const Digest& key, int most, Instant expires, const Digest& fresh);

// What somebody says they have found.
struct Work {
  Digest challenge{};
  Digest signature{};
  std::string salt;
  std::int64_t number = 0;
};

// Nothing: not a payload of the protocol.
std::optional<Work> parse_work(std::string_view payload);

enum class WorkDoubt {
  missing,  // not there, not readable, never asked for, or wrong
  expired,
};
struct Worked {
  Digest challenge{};
  Instant expires;
};

// A challenge of ours that was solved in time. That it was not used before is for SpentWork to say.
tl::expected<Worked, WorkDoubt> check_work(const Digest& key, std::string_view payload, Instant now);

// Challenges that were solved and used, until they expire anyway. When there is no place left, nothing can be
// spent for a while, rather than something twice; each place has cost somebody the work.
class SpentWork {
 public:
  explicit SpentWork(std::size_t capacity) : capacity_(capacity) {}

  enum class Spending { done, spent_before, no_place };
  bool is_spent(const Digest& challenge) const { return by_challenge_.contains(challenge); }
  Spending spend(const Worked& work, Instant now);

 private:
  std::size_t capacity_;
  std::set<Digest> by_challenge_;
  std::set<std::pair<Instant, Digest>> by_time_;
};

}  // namespace optledger
