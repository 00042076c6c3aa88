// UTF-8 text at the border: is it valid, what is its normal form, how long is it in characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

bool is_utf8(std::string_view text);
bool is_ascii(std::string_view text);
std::string to_lower_ascii(std::string_view text);  // other characters stay as they are

// Ill-formed sequences become U+FFFD; U+0000 too, since records never hold it (interface.md, 5).
std::string to_valid_utf8(std::string_view text);

// Normalisation Form C. Empty for invalid UTF-8.
std::optional<std::string> to_nfc(std::string_view text);

// Full Unicode case folding followed by NFC: for comparing, never for display. Empty for invalid UTF-8.
std::optional<std::string> fold_case(std::string_view text);

// Characters (code points) of valid UTF-8.
std::size_t count_characters(std::string_view text);

// The first `limit` characters of valid UTF-8.
std::string first_characters(std::string_view text, std::size_t limit);

// C0, DEL, C1, line and paragraph separators, and the bidirectional overrides that make text lie about its
// order.
bool has_control_character(std::string_view text);

std::string trim_ascii_space(std::string_view text);

// The first `limit` characters of any bytes as one line: control characters become spaces, ill-formed
// sequences U+FFFD.
std::string to_one_line(std::string_view text, std::size_t limit);

// RFC 3986, 2.1: for one segment of a path or one value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace optledger
