// The words by which a person confirms, with a deletion request, that they had consented.
#pragma once

#include "service/http/templates.hpp"

#include <string>

namespace optledger::http {

// In the language of the operator, which is the first that has words.
std::string declaration_of_consent(const Templates& templates);

}  // namespace optledger::http
