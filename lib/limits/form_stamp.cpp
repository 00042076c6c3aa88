#include "lib/limits/form_stamp.hpp"

#include "lib/base/hash.hpp"

namespace optledger {
namespace {

constexpr std::size_t time_size = 8;
constexpr std::size_t tag_size = 16;

std::string tag_for(const Digest& key, std::string_view list, std::string_view time) {
  return std::string(as_chars(hmac_sha256(key, std::string(time) + std::string(list))).substr(0, tag_size));
}

}  // namespace

Digest stamp_key(const Digest& master) { return hmac_sha256(master, "optledger form stamp v1"); }

std::string make_stamp(const Digest& key, std::string_view list, Instant now) {
  std::string bytes;
  const auto millis = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t i = 0; i < time_size; ++i)
    bytes += static_cast<char>(millis >> (8 * (time_size - 1 - i)) & 0xFF);
  return to_base64url(bytes + tag_for(key, list, bytes));
}

std::optional<StampDoubt> doubt_about_stamp(const Digest& key, std::string_view list, std::string_view stamp,
                                            Instant now, Duration fill_time) {
  const auto bytes = stamp.size() < 64 ? from_base64url(stamp) : std::nullopt;
  if (!bytes || bytes->size() != time_size + tag_size) return StampDoubt::missing;
  const auto time = std::string_view(*bytes).substr(0, time_size);
  if (!equal_in_constant_time(std::string_view(*bytes).substr(time_size), tag_for(key, list, time))) {
    return StampDoubt::missing;
  }
  std::uint64_t millis = 0;
  for (const char c : time) millis = millis << 8 | static_cast<unsigned char>(c);
  const auto age = now - from_millis(static_cast<std::int64_t>(millis));
  if (age < fill_time) return StampDoubt::too_young;
  return age > stamp_life ? std::optional(StampDoubt::too_old) : std::nullopt;
}

}  // namespace optledger
