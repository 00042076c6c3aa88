// Form fields from bytes: queries, application/x-www-form-urlencoded and multipart/form-data. Strict and
// linear: what is broken is refused with a sentence, never repaired. The caller bounds the body.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct FormField {
  std::string name;  // valid UTF-8 without U+0000, as is the value
  std::string value;
};
using FormFields = std::vector<FormField>;  // in the order sent; names may repeat

inline constexpr std::size_t most_form_fields = 64;

// Errors of all of these: one sentence for the sender, without anything they sent.
template <typename T>
using OrSentence = tl::expected<T, std::string>;

// The bytes behind the %XX; `plus_is_space` for queries and forms. Any byte may come out.
OrSentence<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// A query (without '?') or an application/x-www-form-urlencoded body. Empty pairs (a=1&&b=2) are skipped, a
// pair without '=' is a name with an empty value.
OrSentence<FormFields> parse_urlencoded(std::string_view text);

// A multipart/form-data body (RFC 7578) of text fields. Files are refused, as are a preamble, an epilogue,
// nested parts, a transfer encoding that changes bytes, and charsets other than UTF-8 and US-ASCII.
OrSentence<FormFields> parse_multipart(std::string_view body, std::string_view boundary);

}  // namespace optledger::http
