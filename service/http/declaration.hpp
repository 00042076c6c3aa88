// The words by which a person confirms, with a deletion request, that they had consented or could be mailed
// as a customer.
#pragma once

#include "service/flows/erase_person.hpp"
#include "service/http/templates.hpp"

namespace optledger::http {

// In the language of the operator, which is the first that has words.
Declarations declarations(const Templates& templates);

}  // namespace optledger::http
