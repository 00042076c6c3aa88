// Who calls: an API key in `Authorization: Bearer`, and whether it may.
#pragma once

#include "service/flows/api_keys.hpp"
#include "service/http/answers.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string_view>

namespace optledger::http {

// No Authorization header: no key. A wrong, unknown or revoked one is a 401, never ignored.
tl::expected<std::optional<ApiKey>, Problem> caller_of(const Request& request, Store& store);

// 401 without a key, 403 without the scope.
tl::expected<ApiKey, Problem> require_scope(const Request& request, std::string_view scope, Store& store);

}  // namespace optledger::http
