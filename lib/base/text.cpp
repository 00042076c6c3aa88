#include "lib/base/text.hpp"

#include "lib/base/bytes.hpp"

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace optledger {
namespace {

struct Freed {
  void operator()(std::uint8_t* memory) const { std::free(memory); }
};
using Unistring = std::unique_ptr<std::uint8_t, Freed>;

std::optional<std::string> taken(std::uint8_t* result, std::size_t length) {
  const Unistring owned(result);
  if (!owned) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(owned.get()), length);
}

bool is_bidirectional_override(ucs4_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_utf8(std::string_view text) { return u8_check(octets(text), text.size()) == nullptr; }

std::string to_valid_utf8(std::string_view text) {
  if (is_utf8(text) && text.find('\0') == std::string_view::npos) return std::string(text);
  static constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string valid;
  while (!text.empty()) {
    ucs4_t character = 0;
    const int size = u8_mbtoucr(&character, octets(text), text.size());
    if (size > 0 && character != 0) {
      valid += text.substr(0, static_cast<std::size_t>(size));
    } else {
      valid += replacement;
    }
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 1);
  }
  return valid;
}

std::optional<std::string> to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  if (!is_utf8(text)) return std::nullopt;
  std::size_t length = 0;
  auto* result = u8_normalize(UNINORM_NFC, octets(text), text.size(), nullptr, &length);
  return taken(result, length);
}

std::optional<std::string> fold_case(std::string_view text) {
  if (is_ascii(text)) return to_lower_ascii(std::string(text));
  if (!is_utf8(text)) return std::nullopt;
  std::size_t length = 0;
  auto* result = u8_casefold(octets(text), text.size(), nullptr, UNINORM_NFC, nullptr, &length);
  return taken(result, length);
}

std::size_t count_characters(std::string_view text) { return u8_mbsnlen(octets(text), text.size()); }

std::string first_characters(std::string_view text, std::size_t limit) {
  std::size_t end = 0;
  for (; limit > 0 && end < text.size(); --limit) {
    ucs4_t character = 0;
    const int size = u8_mbtoucr(&character, octets(text) + end, text.size() - end);
    end += size > 0 ? static_cast<std::size_t>(size) : 1;
  }
  return std::string(text.substr(0, end));
}

bool has_control_character(std::string_view text) {
  while (!text.empty()) {
    ucs4_t c = 0;
    const int size = u8_mbtoucr(&c, octets(text), text.size());
    if (size <= 0) return true;
    const bool is_control = c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
    if (is_control || is_bidirectional_override(c)) return true;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return false;
}

std::string trim_ascii_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(space) - first + 1));
}

std::string to_one_line(std::string_view text, std::size_t limit) {
  // A character has at most four octets; more of a long text need not be looked at.
  const std::string start = first_characters(to_valid_utf8(text.substr(0, limit * 4)), limit);
  std::string line;
  for (std::string_view rest = start; !rest.empty();) {
    const std::string character = first_characters(rest, 1);
    line += has_control_character(character) ? " " : character;
    rest.remove_prefix(character.size());
  }
  return trim_ascii_space(line);
}

std::string percent_encoded(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  static constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (unreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', hex[octet >> 4], hex[octet & 15]};
    }
  }
  return encoded;
}

}  // namespace optledger
