// The words by which a person confirms, with a deletion request, that they had consented.
#pragma once

#include "service/http/templates.hpp"

#include <optional>
#include <string>

namespace optledger::http {

// As the page in this language shows it beside its box; without one in the language of the operator, which is
// the first that has words.
std::string declaration_of_consent(const Templates& templates,
                                   const std::optional<std::string>& language = std::nullopt);

}  // namespace optledger::http
