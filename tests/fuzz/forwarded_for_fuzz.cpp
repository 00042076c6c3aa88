// Header lines of X-Forwarded-For, one per input line.
#include "service/http/client_address.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace optledger;
using namespace optledger::http;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

bool same(const ClientAddress& a, const ClientAddress& b) { return a.ip == b.ip && a.source == b.source; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const AddressBlocks trusted = *AddressBlocks::parse({"127.0.0.1", "10.0.0.0/8", "::1/128"});
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = lines_of(text);

  const ClientAddress found = client_address("127.0.0.1", lines, trusted);
  const auto parsed = IpAddress::parse(found.ip);
  must(parsed && parsed->to_text() == found.ip);
  if (found.source == IpSource::socket) must(found.ip == "127.0.0.1");

  // From a stranger the header says nothing.
  must(same(client_address("203.0.113.9", lines, trusted), {"203.0.113.9", IpSource::socket}));

  // Whatever is sent, a proxy's own entry behind it wins, on the same line or on the next.
  auto appended = lines;
  appended.emplace_back("198.51.100.7");
  must(same(client_address("10.0.0.1", appended, trusted), {"198.51.100.7", IpSource::forwarded}));
  const std::string last = std::string(lines.back()) + ", [2001:db8::7]:80";
  appended = lines;
  appended.back() = last;
  must(same(client_address("::1", appended, trusted), {"2001:db8::7", IpSource::forwarded}));
  return 0;
}
