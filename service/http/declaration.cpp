#include "service/http/declaration.hpp"

namespace optledger::http {

std::string declaration_of_consent(const Templates& templates, const std::optional<std::string>& language) {
  return templates.word(language.value_or(templates.languages().front()), "erasure", "declaration").value();
}

}  // namespace optledger::http
