#include "service/http/message.hpp"

#include "lib/base/wipe.hpp"

#include <algorithm>

namespace optledger::http {

Request::~Request() {
  wipe(path);
  wipe(query);
  wipe(body);
  for (auto& header : headers) {
    if (header.name == "authorization" || header.name == "cookie") wipe(header.value);
  }
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Header::name);
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

}  // namespace optledger::http
