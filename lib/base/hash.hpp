// SHA-256, HMAC-SHA-256 and comparison in constant time (OpenSSL, libsodium; pure functions of their
// arguments).
#pragma once

#include "lib/base/bytes.hpp"

#include <string_view>

namespace optledger {

Digest sha256(std::string_view bytes);
Digest hmac_sha256(const Digest& key, std::string_view message);
Digest hmac_sha256(std::string_view key, std::string_view message);  // a key of another length

// True when equal; the time taken does not depend on where they differ (ASVS 11.2.4).
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace optledger
