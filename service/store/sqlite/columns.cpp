#include "service/store/sqlite/columns.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger::sqlite {

std::optional<EmailAddress> address_from(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto address = EmailAddress::parse(*text);
  if (!address) throw std::runtime_error("the database holds an address that is none");
  return *address;
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

}  // namespace optledger::sqlite
