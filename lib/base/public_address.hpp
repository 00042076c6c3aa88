// Is an address one of the public internet? Whoever lets others say where to connect to must not reach this
// machine, its own network or the cloud's metadata that way.
#pragma once

#include <string_view>

namespace optledger {

// The 4 or 16 octets of an IP address, as they travel. False for everything that IANA's special-purpose
// registries (RFC 6890) set apart: loopback, private, link-local, shared, documentation, multicast, reserved,
// and forms of IPv6 that carry such an IPv4 address.
bool is_public_address(std::string_view octets);

}  // namespace optledger
