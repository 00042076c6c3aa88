// Any bytes as the JSON of a sign-up: strict parsing, then the fields. What was parsed can be written
// canonically or holds a number that records refuse; the fields come only from members that were texts.
#include "service/http/signup_fields.hpp"

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

using namespace optledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_strict_json({reinterpret_cast<const char*>(data), size});
  if (!json) {
    if (json.error().empty()) std::abort();
    return 0;
  }
  try {
    const auto text = to_canonical_json(*json);
    const auto again = parse_strict_json(text);
    if (!again || to_canonical_json(*again) != text) std::abort();
  } catch (const std::invalid_argument&) {
  }
  const auto fields = http::signup_fields_from_json(*json);
  if (!fields && fields.error().empty()) std::abort();
  if (fields && fields->email && !json->at("email").is_string()) std::abort();
  return 0;
}
