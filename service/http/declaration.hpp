// The words by which a person confirms, with a deletion request, that they had consented or could be mailed
// as a customer.
#pragma once

#include "service/flows/erase_person.hpp"
#include "service/http/templates.hpp"

#include <optional>
#include <string>

namespace optledger::http {

// As the page in this language shows them beside their box; without one in the language of the operator,
// which is the first that has words.
Declarations declarations(const Templates& templates,
                          const std::optional<std::string>& language = std::nullopt);

}  // namespace optledger::http
