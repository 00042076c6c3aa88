// How values of the product stand in a column when that is not obvious.
#pragma once

#include "lib/person/email_address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::sqlite {

// Throws std::runtime_error: nothing but a parsed address was ever stored.
std::optional<EmailAddress> address_from(const std::optional<std::string>& text);

// "a,b,c"
std::vector<std::string> split_commas(std::string_view text);

}  // namespace optledger::sqlite
