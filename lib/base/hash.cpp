#include "lib/base/hash.hpp"

#include <sodium.h>

namespace optledger {
Digest sha256(std::string_view bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), octets(bytes), bytes.size());
  return digest;
}

Digest hmac_sha256(const Digest& key, std::string_view message) {
  Digest digest;
  crypto_auth_hmacsha256(digest.data(), octets(message), message.size(), key.data());
  return digest;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace optledger
