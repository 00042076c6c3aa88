// What is wrong with the fields of a request: all of it at once, so that nobody has to guess twice.
#pragma once

#include "service/http/answers.hpp"

#include <string>
#include <vector>

namespace optledger::http {

// One thing wrong with one field. `code` is stable: it names the problem's type and the page's words.
struct FieldError {
  std::string field;
  std::string code;
  std::string detail;
};
using FieldErrors = std::vector<FieldError>;

// 422 with the first error as its own type and field, and all of them in `errors`.
Problem problem_of(const FieldErrors& errors, const std::string& title);

}  // namespace optledger::http
