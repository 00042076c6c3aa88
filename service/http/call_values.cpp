#include "service/http/call_values.hpp"

#include "service/http/media_type.hpp"

#include <algorithm>

namespace optledger::http {

std::string accept_language(const Request& request) {
  return std::string(request.header("accept-language").value_or(""));
}

std::string query_value(const Request& request, std::string_view name) {
  return field_value(parse_urlencoded(request.query).value_or(FormFields{}), name);
}

FormFields form_fields(const Request& request) {
  const auto media_type = parse_media_type(request.header("content-type").value_or(""));
  if (!media_type || media_type->name != "application/x-www-form-urlencoded") return {};
  return parse_urlencoded(request.body).value_or(FormFields{});
}

std::string field_value(const FormFields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const FormField& field) { return field.name == name; });
  return found == fields.end() ? std::string() : found->value;
}

bool has_field(const FormFields& fields, std::string_view name, std::string_view value) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const FormField& field) { return field.name == name && field.value == value; });
}

Origin evidence_of(const Call& call) {
  return {call.client.ip, call.client.source,
          user_agent_for_record(call.request.header("user-agent").value_or(""))};
}

}  // namespace optledger::http
