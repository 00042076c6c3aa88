// The parameters behind a header value: `; name=token; name="quoted"`. For Content-Type and
// Content-Disposition.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct ValueWithParameters {
  struct Parameter {
    std::string name;  // lower case
    std::string value;
  };
  std::string value;  // lower case, before the first ';'
  std::vector<Parameter> parameters;

  const std::string* parameter(std::string_view name) const;
};

// Empty for anything RFC 9110, 5.6.6 does not allow, and when a parameter stands twice.
std::optional<ValueWithParameters> parse_parameters(std::string_view text);

}  // namespace optledger::http
