// An operator's list of domains: each line is taken or named, and what was taken is found again.
#include "lib/person/domain_list.hpp"
#include "lib/person/email_address.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace optledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reading = DomainList::parse(text);
  if (reading.domains.size() + reading.bad_lines.size() > size + 1) std::abort();
  const auto address = EmailAddress::parse("a@" + std::string(text));
  const bool is_one_line = text.find_first_of("\n#") == std::string_view::npos;
  if (address && is_one_line && !text.starts_with("\xEF\xBB\xBF") &&
      !reading.domains.contains(address->domain()))
    std::abort();
  return 0;
}
