// Fixed-size byte values and their text forms. Decoders are strict: one text form per value, no padding
// games.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

using Digest = std::array<std::uint8_t, 32>;  // a SHA-256, an HMAC-SHA-256, a key or a salt
using Id = std::array<std::uint8_t, 16>;      // 128 random bits

template <std::size_t N>
std::string_view as_chars(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// The same bytes as the C libraries want them.
inline const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

std::string to_hex(std::string_view bytes);  // lower case
template <std::size_t N>
std::string to_hex(const std::array<std::uint8_t, N>& bytes) {
  return to_hex(as_chars(bytes));
}

// 64 lower-case hex digits, nothing else.
std::optional<Digest> digest_from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);     // RFC 4648, section 4, with padding
std::string to_base64url(std::string_view bytes);  // RFC 4648, section 5, without padding

// With padding, in its one form: refuses white space, foreign characters and non-zero trailing bits.
std::optional<std::string> from_base64(std::string_view text);
std::optional<Digest> digest_from_base64(std::string_view text);

// Refuses padding, white space, foreign characters and non-zero trailing bits.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace optledger
