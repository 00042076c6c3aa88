// Where a request came from, as evidence: address, how we know it, and the browser's own name for itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

// socket: the peer of the connection. forwarded: named by a trusted proxy. stated: named by an authenticated
// backend.
enum class IpSource { socket, forwarded, stated };

std::string_view to_text(IpSource source);

struct Origin {
  std::optional<std::string> ip;  // canonical text of an IPv4 or IPv6 address, whole
  std::optional<IpSource> ip_source;
  std::optional<std::string> user_agent;  // valid UTF-8, at most 512 characters
};

// Makes a header value fit for a record: valid UTF-8, at most 512 characters; absent or empty gives nothing.
std::optional<std::string> user_agent_for_record(std::string_view header);

}  // namespace optledger
