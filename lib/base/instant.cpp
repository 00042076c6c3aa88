#include "lib/base/instant.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace optledger {
namespace {

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<Duration> time;
  std::chrono::weekday weekday;
};

Civil civil(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss{instant - day}, std::chrono::weekday{day}};
}

// Decimal digits with leading zeros.
void write_number(std::int64_t value, std::size_t digits, std::string& out) {
  out.append(digits, '0');
  for (auto at = out.size(); digits-- > 0; value /= 10) out[--at] = static_cast<char>('0' + value % 10);
}

std::string to_text(Instant instant, char date_time_separator, std::string_view zone, bool millis) {
  const auto [date, time, weekday] = civil(instant);
  std::string text;
  text.reserve(32);
  write_number(static_cast<int>(date.year()), 4, text);
  write_number(static_cast<unsigned>(date.month()), 2, text += '-');
  write_number(static_cast<unsigned>(date.day()), 2, text += '-');
  write_number(time.hours().count(), 2, text += date_time_separator);
  write_number(time.minutes().count(), 2, text += ':');
  write_number(time.seconds().count(), 2, text += ':');
  if (millis) write_number(time.subseconds().count(), 3, text += '.');
  return text.append(zone);
}

// Reads exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int> take_fraction_millis(std::string_view& text) {
  if (!take_char(text, ".")) return 0;
  int millis = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) millis = millis * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) millis *= 10;
  return millis;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take_char(text, "Zz")) return std::chrono::minutes{0};
  const bool negative = !text.empty() && text.front() == '-';
  if (!take_char(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take_char(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return negative ? -offset : offset;
}

}  // namespace

std::string to_rfc3339(Instant instant) { return to_text(instant, 'T', "Z", true); }

std::string to_readable(Instant instant) { return to_text(instant, ' ', " UTC", false); }

std::string to_rfc5322(Instant instant) {
  static constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto [date, time, weekday] = civil(instant);
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} +0000", weekdays.at(weekday.c_encoding()),
                     static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

tl::expected<Instant, std::string> parse_rfc3339(std::string_view text) {
  const auto bad = [] {
    return tl::unexpected(std::string("must be a date and time like 2026-11-23T19:09:29Z (RFC 3339)"));
  };
  const auto year = take_number(text, 4);
  if (!year || !take_char(text, "-")) return bad();
  const auto month = take_number(text, 2);
  if (!month || !take_char(text, "-")) return bad();
  const auto day = take_number(text, 2);
  if (!day || !take_char(text, "Tt ")) return bad();
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_char(text, ":")) return bad();
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take_char(text, ":")) return bad();
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return bad();
  const auto millis = take_fraction_millis(text);
  if (!millis) return bad();
  const auto offset = take_offset(text);
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!offset || !text.empty() || !date.ok()) return bad();
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second} + Duration{*millis} - *offset;
}

}  // namespace optledger
