// Just enough of RFC 2045 and 2047, read the other way round, to see what a reader would see. The letters'
// own encoders are not used here.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::test {

inline char unhex(std::string_view digits) {
  return static_cast<char>(std::stoi(std::string(digits), nullptr, 16));
}

inline std::vector<std::string> lines_of(std::string_view text, std::string_view end) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto at = std::min(text.find(end), text.size());
    lines.emplace_back(text.substr(0, at));
    text.remove_prefix(std::min(at + end.size(), text.size()));
  }
  return lines;
}

// CRLF becomes LF.
inline std::string decode_quoted_printable(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "=\r\n") {
      i += 2;
    } else if (text[i] == '=') {
      decoded += unhex(text.substr(i + 1, 2));
      i += 2;
    } else if (text[i] != '\r') {
      decoded += text[i];
    }
  }
  return decoded;
}

// The value of one header field as a person sees it.
inline std::string decode_field(std::string_view field) {
  std::string value(field.substr(field.find(':') + 1));
  std::string unfolded;
  for (const std::string& line : lines_of(value, "\r\n")) unfolded += line;
  std::string decoded;
  std::string_view rest = std::string_view(unfolded).substr(1);
  bool after_word = false;
  while (!rest.empty()) {
    if (after_word && rest.starts_with(" =?")) rest.remove_prefix(1);  // white space between words is none
    after_word = rest.starts_with("=?UTF-8?Q?");
    if (!after_word) {
      decoded += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    const auto end = rest.find("?=", 10);
    if (end == std::string_view::npos) throw std::runtime_error("encoded-word without end");
    for (std::size_t i = 10; i < end; ++i) {
      if (rest[i] == '=') {
        decoded += unhex(rest.substr(i + 1, 2));
        i += 2;
      } else {
        decoded += rest[i] == '_' ? ' ' : rest[i];
      }
    }
    rest.remove_prefix(end + 2);
  }
  return decoded;
}

struct Parts {
  std::string header;  // raw
  std::string text;    // decoded
  std::string html;    // decoded
};

inline Parts parts_of(std::string_view message) {
  Parts parts;
  const auto body = message.find("\r\n\r\n");
  parts.header = message.substr(0, body + 2);
  const auto quote = parts.header.find("boundary=\"") + 10;
  const std::string delimiter = "\r\n--" + parts.header.substr(quote, parts.header.find('"', quote) - quote);
  std::string_view rest = message.substr(body + 2);
  for (std::string* part : {&parts.text, &parts.html}) {
    const auto start = rest.find("\r\n\r\n", rest.find(delimiter)) + 4;
    const auto end = rest.find(delimiter, start);
    *part = decode_quoted_printable(rest.substr(start, end - start));
    rest.remove_prefix(end);
  }
  return parts;
}

}  // namespace optledger::test
