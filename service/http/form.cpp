#include "service/http/form.hpp"

#include "lib/base/text.hpp"

namespace optledger::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

OrSentence<std::string> decode_text(std::string_view encoded) {
  auto decoded = percent_decode(encoded, true);
  if (!decoded) return decoded;
  if (!is_utf8(*decoded)) return tl::unexpected<std::string>("A form field is not valid UTF-8.");
  if (decoded->find('\0') != std::string::npos)
    return tl::unexpected<std::string>("A form field contains a NUL character.");
  return decoded;
}

}  // namespace

OrSentence<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return tl::unexpected<std::string>("A percent sign is not followed by two hexadecimal digits.");
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return decoded;
}

OrSentence<FormFields> parse_urlencoded(std::string_view text) {
  FormFields fields;
  while (!text.empty()) {
    const auto ampersand = text.find('&');
    const std::string_view pair = text.substr(0, ampersand);
    text.remove_prefix(ampersand == std::string_view::npos ? text.size() : ampersand + 1);
    if (pair.empty()) continue;
    if (fields.size() == most_form_fields)
      return tl::unexpected<std::string>("The form has too many fields; 64 are accepted.");
    const auto equals = pair.find('=');
    auto name = decode_text(pair.substr(0, equals));
    if (!name) return tl::unexpected(name.error());
    auto value = decode_text(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!value) return tl::unexpected(value.error());
    fields.push_back({std::move(*name), std::move(*value)});
  }
  return fields;
}

}  // namespace optledger::http
