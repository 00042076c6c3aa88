// Any bytes as an e-mail address: refused with a sentence, or an address that is a fixed point, fits the wire
// and cannot smuggle a header or a second recipient.
#include "lib/base/text.hpp"
#include "lib/person/email_address.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace optledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto address = EmailAddress::parse({reinterpret_cast<const char*>(data), size});
  if (!address) {
    if (address.error().empty()) std::abort();
    return 0;
  }
  const auto& text = address->text();
  const auto again = EmailAddress::parse(text);
  if (!again || again->text() != text) std::abort();
  if (text.size() > 254 || address->local_part().size() > 64 || address->local_part().empty()) std::abort();
  if (!is_utf8(text) || has_control_character(text)) std::abort();
  if (text.find_first_of(" <>()[],;:\\\"") != std::string::npos) std::abort();
  const auto domain = address->domain();
  const auto is_ldh = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  if (domain.find('.') == std::string_view::npos || !std::all_of(domain.begin(), domain.end(), is_ldh))
    std::abort();
  if (!is_utf8(address->masked())) std::abort();
  return 0;
}
