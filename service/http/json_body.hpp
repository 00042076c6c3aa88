// A request whose body must be JSON: the same refusals on every route.
#pragma once

#include "service/http/answers.hpp"

#include <tl/expected.hpp>

namespace optledger::http {

// 415 for another media type, 400 for anything that is not strict JSON.
tl::expected<Json, Problem> read_json_body(const Request& request);

}  // namespace optledger::http
