#include "service/http/field_errors.hpp"

namespace optledger::http {

Problem problem_of(const FieldErrors& errors, const std::string& title) {
  Json list = Json::array();
  for (const auto& error : errors) {
    list.push_back({{"field", error.field}, {"code", error.code}, {"detail", error.detail}});
  }
  const auto& first = errors.front();
  return {422, first.code, title, first.detail, first.field, {{"errors", std::move(list)}}};
}

}  // namespace optledger::http
