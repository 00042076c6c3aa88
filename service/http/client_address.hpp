// Whose request is it? The socket's peer, or, when the peer is a trusted proxy, the address that proxy
// vouches for. X-Forwarded-For is read from the right: every entry there was written by the hop to the right
// of it, so the first entry that is no trusted proxy is the last thing a trusted machine said. What stands
// left of it is anybody's text.
#pragma once

#include "lib/consent/origin.hpp"
#include "service/http/ip_address.hpp"
#include "service/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct ClientAddress {
  std::string ip;  // canonical; IPv6 whole
  IpSource source = IpSource::socket;
};

// `forwarded_for`: the values of all X-Forwarded-For lines in their order. Entries may carry brackets and a
// port. An entry that cannot be read (an empty one too) where a trusted proxy wrote gives the socket's peer.
ClientAddress client_address(std::string_view peer, const std::vector<std::string_view>& forwarded_for,
                             const AddressBlocks& trusted);

ClientAddress client_address(const Request& request, const AddressBlocks& trusted);

}  // namespace optledger::http
