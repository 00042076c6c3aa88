#include "service/http/declaration.hpp"

namespace optledger::http {

Declarations declarations(const Templates& templates, const std::optional<std::string>& language) {
  const auto word = [&](const char* key) {
    return templates.word(language.value_or(templates.languages().front()), "erasure", key).value();
  };
  return {word("declaration"), word("declaration_permission")};
}

}  // namespace optledger::http
