// JSON as this product means it: strict in, canonical out.
#pragma once

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

using Json = nlohmann::json;

// RFC 8259 in valid UTF-8 and nothing else: no byte-order mark, no duplicate names, no NUL, at most 64
// levels, nothing after the end. (nlohmann's own parser lets all of these through.) The error is one
// sentence.
tl::expected<Json, std::string> parse_strict_json(std::string_view text);

// RFC 8785 (JCS): names sorted by UTF-16 code units, shortest escapes, no white space.
// Numbers must be integers of magnitude below 2^53; a float, a lone surrogate or invalid UTF-8 throws
// std::invalid_argument, because such a value must never enter a record.
std::string to_canonical_json(const Json& value);

}  // namespace optledger
