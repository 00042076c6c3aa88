// JSON as this product means it: strict in, canonical out.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <optional>
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

// The value as JSON says it, or null.
Json or_null(const std::optional<std::string>& text);
Json or_null(const std::optional<Instant>& instant);  // RFC 3339
Json or_null(const std::optional<Digest>& digest);    // lower-case hex

}  // namespace optledger
