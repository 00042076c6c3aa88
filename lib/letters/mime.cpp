#include "lib/letters/mime.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger {
namespace {

constexpr std::size_t line_limit = 76;  // RFC 2045 and 2047; within the 78 of RFC 5322

void require_header_text(std::string_view name, std::string_view value) {
  if (has_control_character(value)) {
    throw std::invalid_argument("letter: " + std::string(name) +
                                " holds a control character or is not UTF-8; a header cannot carry it");
  }
}

bool is_plain(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  // "=?" would be read as an encoded-word.
  return ascii && text.find("=?") == std::string_view::npos;
}

std::string hex_escape(char c) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'=', digits[byte >> 4], digits[byte & 15]};
}

// RFC 2047, section 5 (3): what is safe unencoded even in a phrase.
bool is_safe_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::string encode_for_word(std::string_view character) {
  std::string encoded;
  for (const char c : character) {
    if (c == ' ') {
      encoded += '_';
    } else {
      encoded += is_safe_in_word(c) ? std::string(1, c) : hex_escape(c);
    }
  }
  return encoded;
}

// Encoded-words on folded lines, the first starting at `column`. A character is never split (RFC 2047,
// section 5).
std::string to_encoded_words(std::string_view text, std::size_t column) {
  static constexpr std::string_view open = "=?UTF-8?Q?";
  static constexpr std::string_view close = "?=";
  std::string words(open);
  column += open.size();
  while (!text.empty()) {
    const std::string character = first_characters(text, 1);
    const std::string encoded = encode_for_word(character);
    if (column + encoded.size() + close.size() > line_limit) {
      words.append(close).append("\r\n ").append(open);
      column = 1 + open.size();
    }
    words += encoded;
    column += encoded.size();
    text.remove_prefix(character.size());
  }
  return words.append(close);
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::string header_field(std::string_view name, std::string_view value) {
  require_header_text(name, value);
  std::string field(name);
  const bool fits = name.size() + 2 + value.size() <= line_limit;
  return field.append(fits ? ": " : ":\r\n ").append(value).append("\r\n");
}

std::string text_field(std::string_view name, std::string_view text) {
  require_header_text(name, text);
  const std::size_t column = name.size() + 2;
  const bool as_it_is = is_plain(text) && column + text.size() <= line_limit;
  return std::string(name)
      .append(": ")
      .append(as_it_is ? text : to_encoded_words(text, column))
      .append("\r\n");
}

std::string mailbox_field(std::string_view name, std::string_view display_name, std::string_view address) {
  require_header_text(name, display_name);
  if (display_name.empty()) return header_field(name, address);
  require_header_text(name, address);
  const std::size_t column = name.size() + 2;
  std::string phrase = quoted(display_name);
  if (!is_plain(display_name) || column + phrase.size() > line_limit) {
    phrase = to_encoded_words(display_name, column);
  }
  std::string field = std::string(name) + ": " + phrase;
  const auto last_break = field.rfind('\n');
  const std::size_t used = last_break == std::string::npos ? field.size() : field.size() - last_break - 1;
  const bool fits = used + 3 + address.size() <= line_limit;
  return field.append(fits ? " <" : "\r\n <").append(address).append(">\r\n");
}

std::string to_quoted_printable(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      encoded += "\r\n";
      column = 0;
      continue;
    }
    if (column + 3 > line_limit - 1) {  // room for the widest character and the "=" of a soft break
      encoded += "=\r\n";
      column = 0;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    // A space at the end of a line gets lost on the way, and a dot at its start is SMTP's own (RFC 2049,
    // section 3).
    const bool escape =
        c == '=' || c < ' ' || c > '~' || (c == ' ' && ends_line) || (c == '.' && column == 0);
    encoded += escape ? hex_escape(c) : std::string(1, c);
    column += escape ? 3 : 1;
  }
  return encoded;
}

}  // namespace optledger
