#include "lib/base/bytes.hpp"

#include <sodium.h>

#include <algorithm>

namespace optledger {
namespace {

std::string encode_base64(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), octets(bytes), bytes.size(), variant);
  text.pop_back();  // the terminating NUL that libsodium counts
  return text;
}

std::optional<std::string> decode_base64(std::string_view text, std::string_view letters, char letter_62,
                                         char letter_63, int variant) {
  // Checked here because libsodium 1.0.18 takes some bytes above 0x7F for letters, where char is signed.
  const auto is_letter = [=](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == letter_62 ||
           c == letter_63;
  };
  if (!std::all_of(letters.begin(), letters.end(), is_letter)) return std::nullopt;
  std::string bytes(text.size() * 3 / 4 + 1, '\0');
  std::size_t length = 0;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       text.data(), text.size(), nullptr, &length, nullptr, variant);
  if (failed != 0) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), octets(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  const auto is_lower_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() != 64 || !std::all_of(text.begin(), text.end(), is_lower_hex)) return std::nullopt;
  Digest digest;
  sodium_hex2bin(digest.data(), digest.size(), text.data(), text.size(), nullptr, nullptr, nullptr);
  return digest;
}

std::string to_base64(std::string_view bytes) { return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL); }

std::string to_base64url(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> from_base64(std::string_view text) {
  const auto padding =
      std::min<std::size_t>(text.size() - std::min(text.size(), text.find_last_not_of('=') + 1), 2);
  return decode_base64(text, text.substr(0, text.size() - padding), '+', '/', sodium_base64_VARIANT_ORIGINAL);
}

std::optional<Digest> digest_from_base64(std::string_view text) {
  const auto bytes = from_base64(text);
  Digest digest;
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode_base64(text, text, '-', '_', sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

}  // namespace optledger
