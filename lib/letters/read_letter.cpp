#include "lib/letters/read_letter.hpp"

#include "lib/base/text.hpp"

namespace optledger {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// "=C3=BC" -> "ü"; an "=" that no two digits follow makes the whole thing not ours.
std::optional<std::string> decode_escapes(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

std::string with_each(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// RFC 2045, section 6.7: soft breaks go, CRLF becomes LF.
std::optional<std::string> decode_quoted_printable(std::string_view body) {
  return decode_escapes(with_each(with_each(std::string(body), "=\r\n", ""), "\r\n", "\n"));
}

// RFC 2047 in the one form that text_field() and mailbox_field() write. White space between two encoded-words
// is not part of the text (section 6.2).
std::optional<std::string> decode_words(const std::string& value) {
  static constexpr std::string_view open = "=?UTF-8?Q?";
  std::string joined = with_each(value, "?= =?UTF-8?Q?", "");
  const auto begin = joined.find(open);
  if (begin == joined.npos) return joined;
  const auto inside = begin + open.size();
  const auto end = joined.find("?=", inside);
  if (end == joined.npos) return std::nullopt;
  const auto word = decode_escapes(with_each(joined.substr(inside, end - inside), "_", " "));
  if (!word) return std::nullopt;
  return joined.substr(0, begin) + *word + joined.substr(end + 2);
}

// `header` is unfolded and begins and ends with CRLF.
std::optional<std::string> field(const std::string& header, const std::string& name) {
  const std::string start = "\r\n" + name + ":";
  const auto found = header.find(start);
  if (found == header.npos) return std::nullopt;
  const auto begin = found + start.size();
  return trim_ascii_space(header.substr(begin, header.find("\r\n", begin) - begin));
}

// Of a field with words in it. An address stands as it is: a local part may look like an encoded-word.
std::optional<std::string> text_of_field(const std::string& header, const std::string& name) {
  const auto value = field(header, name);
  return value ? decode_words(*value) : std::nullopt;
}

std::optional<std::string> plain_text(std::string_view message, const std::string& header) {
  static constexpr std::string_view before_boundary = "\r\nContent-Type: multipart/alternative; boundary=\"";
  const auto type = header.find(before_boundary);
  if (type == header.npos) return std::nullopt;
  const auto begin = type + before_boundary.size();
  const std::string delimiter = "\r\n--" + header.substr(begin, header.find('"', begin) - begin);
  const std::string start = delimiter +
                            "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  const auto part = message.find(start);
  if (part == message.npos) return std::nullopt;
  const auto body = message.substr(part + start.size());
  const auto end = body.find(delimiter);
  if (end == body.npos) return std::nullopt;
  return decode_quoted_printable(body.substr(0, end));
}

}  // namespace

std::optional<LetterReading> read_letter(std::string_view message) {
  const auto end = message.find("\r\n\r\n");
  if (end == message.npos) return std::nullopt;
  const std::string header = with_each("\r\n" + std::string(message.substr(0, end + 2)), "\r\n ", " ");
  const auto date = field(header, "Date");
  const auto from = text_of_field(header, "From");
  const auto to = field(header, "To");
  const auto subject = text_of_field(header, "Subject");
  const auto text = plain_text(message, header);
  for (const auto* part : {&date, &from, &to, &subject, &text}) {
    if (!*part || !is_utf8(**part)) return std::nullopt;
  }
  return LetterReading{*date, *from, *to, *subject, *text};
}

}  // namespace optledger
