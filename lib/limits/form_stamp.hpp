// When a sign-up form was handed out, as a signed field in it: a robot that fills a form in no time, or posts
// what it once saw, is noticed without a cookie and without a place where forms are remembered. 32 characters
// of base64url: 8 bytes of time, then the first 16 of an HMAC over it and the list.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

inline constexpr Duration stamp_life = std::chrono::hours{24};

// The key of stamps, from the master key of tokens: it opens no link.
Digest stamp_key(const Digest& master);

std::string make_stamp(const Digest& key, std::string_view list, Instant now);

enum class StampDoubt {
  missing,    // there is none, or it is not one of ours for this list
  too_young,  // nobody types that fast
  too_old,
};

// Nothing: a form that a person may have filled in.
std::optional<StampDoubt> doubt_about_stamp(const Digest& key, std::string_view list, std::string_view stamp,
                                            Instant now, Duration fill_time);

}  // namespace optledger
