// Points in time and spans, as values. Nothing here reads a clock: `now` always comes in as an argument.
// Wall-clock time is `Instant`; elapsed time in the shell uses std::chrono::steady_clock, a different type on
// purpose.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace optledger {

using Duration = std::chrono::milliseconds;

// Wall-clock time in UTC with millisecond resolution.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr Instant from_millis(std::int64_t milliseconds_since_epoch) {
  return Instant{Duration{milliseconds_since_epoch}};
}
constexpr std::int64_t to_millis(Instant instant) { return instant.time_since_epoch().count(); }

// "2026-11-23T19:09:29.123Z": RFC 3339 in UTC, always with three digits of milliseconds. Years 0000 to 9999.
std::string to_rfc3339(Instant instant);

// Accepts any RFC 3339 date-time (offset or Z, any number of fraction digits, cut to milliseconds).
// The error says what is wrong, in words for the person who sent it.
tl::expected<Instant, std::string> parse_rfc3339(std::string_view text);

// "Mon, 23 Nov 2026 19:09:29 +0000" (RFC 5322, section 3.3).
std::string to_rfc5322(Instant instant);

// "2026-11-23 19:09:29 UTC": how a person reads it on a page, in a letter, in a proof.
std::string to_readable(Instant instant);

}  // namespace optledger
