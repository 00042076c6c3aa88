#include "service/http/message.hpp"

#include <algorithm>

namespace optledger::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Header::name);
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

}  // namespace optledger::http
