#include "service/http/signup_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace optledger::http {
namespace {

struct TextField {
  const char* name;
  std::optional<std::string> SignupFields::* member;
};

constexpr std::array text_fields{
    TextField{"email", &SignupFields::email},
    TextField{"list", &SignupFields::list},
    TextField{"name", &SignupFields::name},
    TextField{"locale", &SignupFields::locale},
    TextField{"wording", &SignupFields::wording},
    TextField{"source_url", &SignupFields::source_url},
    TextField{"ip", &SignupFields::ip},
    TextField{"user_agent", &SignupFields::user_agent},
    TextField{"signed_up_at", &SignupFields::signed_up_at},
    TextField{"stamp", &SignupFields::stamp},
    TextField{"altcha", &SignupFields::altcha},
};

const TextField* find_field(std::string_view name) {
  const auto found = std::find_if(text_fields.begin(), text_fields.end(),
                                  [&](const TextField& field) { return name == field.name; });
  return found == text_fields.end() ? nullptr : &*found;
}

void read_purposes(const Json& value, SignupFields& fields, FieldErrors& errors) {
  const auto is_text = [](const Json& item) { return item.is_string(); };
  if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_text)) {
    errors.push_back({"purposes", "wrong-type", "must be an array of texts"});
    return;
  }
  fields.purposes = value.get<std::vector<std::string>>();
}

// Our name for a field of the form; empty when it is not one of ours.
std::string own_field_of(const std::string& name, const std::map<std::string, std::string>& own_names) {
  for (const auto& [ours, theirs] : own_names) {
    if (theirs == name) return ours;
  }
  if (own_names.contains(name)) return {};  // renamed: the form's field of our name means something else
  return name;
}

}  // namespace

tl::expected<SignupFields, FieldErrors> signup_fields_from_json(const Json& body) {
  if (!body.is_object())
    return tl::unexpected(FieldErrors{{"", "wrong-type", "the body must be a JSON object"}});
  SignupFields fields;
  FieldErrors errors;
  for (const auto& [name, value] : body.items()) {
    if (value.is_null()) continue;
    if (name == "purposes") {
      read_purposes(value, fields, errors);
    } else if (const auto* field = find_field(name); field == nullptr) {
      errors.push_back({"", "unknown-field",
                        "there is a member that a sign-up does not have; it has email, list, "
                        "name, locale, purposes, wording, source_url, stamp, altcha"});
    } else if (!value.is_string()) {
      errors.push_back({name, "wrong-type", "must be a text"});
    } else {
      fields.*(field->member) = value.get<std::string>();
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return fields;
}

tl::expected<SignupFields, FieldErrors> signup_fields_from_form(
    const FormFields& form, const std::map<std::string, std::string>& own_names) {
  SignupFields fields;
  FieldErrors errors;
  const bool is_hosted = std::any_of(form.begin(), form.end(),
                                     [](const FormField& field) { return field.name == hosted_field; });
  for (const auto& [their_name, value] : form) {
    const auto name = is_hosted ? their_name : own_field_of(their_name, own_names);
    if (name == trap_field && !value.empty()) fields.is_trapped = true;
    if (name == "purposes" || name == "purposes[]") {
      fields.purposes.push_back(value);
    } else if (const auto* field = find_field(name)) {
      auto& member = fields.*(field->member);
      if (member) errors.push_back({name, "repeated-field", "is there twice"});
      member = value;
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return fields;
}

}  // namespace optledger::http
