#include "service/http/declaration.hpp"

namespace optledger::http {

Declarations declarations(const Templates& templates) {
  const auto word = [&](const char* key) {
    return templates.word(templates.languages().front(), "erasure", key).value();
  };
  return {word("declaration"), word("declaration_permission")};
}

}  // namespace optledger::http
