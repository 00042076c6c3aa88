#include "lib/consent/origin.hpp"

#include "lib/base/text.hpp"

namespace optledger {

std::string_view to_text(IpSource source) {
  switch (source) {
    case IpSource::socket:
      return "socket";
    case IpSource::forwarded:
      return "forwarded";
    case IpSource::stated:
      return "stated";
  }
  return {};
}

std::optional<std::string> user_agent_for_record(std::string_view header) {
  auto text = first_characters(to_valid_utf8(header), 512);
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace optledger
