#include "service/http/declaration.hpp"

namespace optledger::http {

std::string declaration_of_consent(const Templates& templates) {
  return templates.word(templates.languages().front(), "erasure", "declaration").value();
}

}  // namespace optledger::http
