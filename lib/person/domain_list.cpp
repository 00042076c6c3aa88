#include "lib/person/domain_list.hpp"

#include "lib/base/text.hpp"
#include "lib/person/email_address.hpp"

#include <algorithm>

namespace optledger {

DomainList::Reading DomainList::parse(std::string_view text) {
  Reading reading;
  auto& domains = reading.domains.domains_;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim_ascii_space(text.substr(0, std::min(text.find('#'), end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    // The same road as the addresses that will be compared with it.
    if (const auto address = EmailAddress::parse("a@" + line)) {
      domains.emplace_back(address->domain());
    } else {
      reading.bad_lines.push_back(number);
    }
  }
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return reading;
}

bool DomainList::contains(std::string_view domain) const {
  for (;;) {
    if (std::binary_search(domains_.begin(), domains_.end(), domain, std::less<>())) return true;
    const auto dot = domain.find('.');
    if (dot == std::string_view::npos) return false;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace optledger
