#include "service/http/client_address.hpp"

#include "service/http/characters.hpp"

#include <algorithm>
#include <optional>

namespace optledger::http {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

// "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711"
std::optional<IpAddress> parse_entry(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto bracket = entry.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    const std::string_view behind = entry.substr(bracket + 1);
    if (!behind.empty() && !(behind.front() == ':' && is_port(behind.substr(1)))) return std::nullopt;
    const std::string_view inside = entry.substr(1, bracket - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : IpAddress::parse(inside);
  }
  const auto colon = entry.find(':');
  const bool one_colon =
      colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
  if (!one_colon) return IpAddress::parse(entry);
  if (!is_port(entry.substr(colon + 1))) return std::nullopt;
  return IpAddress::parse(entry.substr(0, colon));
}

// Calls `visit` with each entry from the right, over all lines as one list, until it returns false.
template <typename Visit>
void for_each_from_right(const std::vector<std::string_view>& lines, Visit visit) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    for (std::string_view rest = *line;;) {
      const auto comma = rest.rfind(',');
      const auto begin = comma == std::string_view::npos ? 0 : comma + 1;
      if (!visit(trim(rest.substr(begin)))) return;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
}

}  // namespace

ClientAddress client_address(std::string_view peer, const std::vector<std::string_view>& forwarded_for,
                             const AddressBlocks& trusted) {
  const auto socket = IpAddress::parse(peer);
  ClientAddress by_socket{socket ? socket->to_text() : std::string(peer), IpSource::socket};
  if (!socket || !trusted.contains(*socket)) return by_socket;

  std::optional<IpAddress> client;
  for_each_from_right(forwarded_for, [&](std::string_view entry) {
    client = parse_entry(entry);
    return client && trusted.contains(*client);
  });
  if (!client) return by_socket;
  return {client->to_text(), IpSource::forwarded};
}

ClientAddress client_address(const Request& request, const AddressBlocks& trusted) {
  std::vector<std::string_view> forwarded_for;
  for (const Header& header : request.headers)
    if (header.name == "x-forwarded-for") forwarded_for.emplace_back(header.value);
  return client_address(request.peer, forwarded_for, trusted);
}

}  // namespace optledger::http
