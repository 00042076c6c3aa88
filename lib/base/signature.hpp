// Ed25519 (RFC 8032, libsodium): deterministic, so signing the same text twice gives the same bytes.
#pragma once

#include "lib/base/bytes.hpp"

#include <array>
#include <string_view>

namespace optledger {

using Signature = std::array<std::uint8_t, 64>;

Digest public_key_of(const Digest& seed);
Signature sign(std::string_view message, const Digest& seed);
bool verify_signature(std::string_view message, std::string_view signature, const Digest& public_key);

}  // namespace optledger
