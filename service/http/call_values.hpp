// What several routes read from a request.
#pragma once

#include "lib/consent/origin.hpp"
#include "service/http/form.hpp"
#include "service/http/router.hpp"

#include <string>
#include <string_view>

namespace optledger::http {

std::string accept_language(const Request& request);

// "de" of "?lang=de"; empty when it is not there.
std::string query_value(const Request& request, std::string_view name);

// The fields of an urlencoded form, as our own pages send it; any other body asks for nothing and has none.
FormFields form_fields(const Request& request);

// The first value of a field; empty when it is not there.
std::string field_value(const FormFields& fields, std::string_view name);
bool has_field(const FormFields& fields, std::string_view name, std::string_view value);

// Who sent it, as a record says it.
Origin evidence_of(const Call& call);

}  // namespace optledger::http
