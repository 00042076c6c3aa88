// The fields of a sign-up as they came, before anybody believes them: from JSON or from a form with its own
// names. Pure parsers of outside bytes; tests/fuzz has a fuzzer for each.
#pragma once

#include "lib/base/json.hpp"
#include "service/http/field_errors.hpp"
#include "service/http/form.hpp"

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct SignupFields {
  std::optional<std::string> email, list, name, locale, wording, source_url;
  std::optional<std::string> ip, user_agent, signed_up_at;  // only from an authenticated backend
  std::optional<std::string> stamp, altcha;                 // what strangers bring (challenges.hpp)
  std::vector<std::string> purposes;
  bool is_trapped = false;  // a form's field that no person sees was filled in
};

// Its name: attractive to robots, and one that no form would have for its own purposes.
inline constexpr std::string_view trap_field = "homepage_url";

// The hosted form says that it is ours: its fields have our names, whatever the list's other forms call
// theirs.
inline constexpr std::string_view hosted_field = "optledger";

// Unknown members and wrong types are errors; null counts as absent. All errors at once.
tl::expected<SignupFields, FieldErrors> signup_fields_from_json(const Json& body);

// `own_names`: our name -> the form's own name. Unknown fields are ignored, because forms bring their own
// furniture (buttons, nonces); a field of ours twice is an error.
tl::expected<SignupFields, FieldErrors> signup_fields_from_form(
    const FormFields& form, const std::map<std::string, std::string>& own_names);

}  // namespace optledger::http
