// Fields of the provider's JSON, where one and the same comes as text, number, true or false, or not at all.
// Private to this room.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optledger::cleverreach {

// A member, or JSON null.
const Json& member(const Json& object, std::string_view name);

// A text or a number as text, in valid UTF-8 without U+0000; nothing for anything else.
std::optional<std::string> to_text(const Json& value);

// Of a whole number, or of text that is one ("1700000000", "1700000000.25").
std::optional<std::int64_t> to_whole_number(const Json& value);

// PHP's idea of true: a number but 0, a text but "", "0" and "false".
bool is_truthy(const Json& value);

// Unix seconds; 0, null, false and "" are no time. Whatever else is meant as one (CleverReach's clients have
// sent 1 and true), so it is brought into the years 1970 to 9999 instead of being passed over.
std::optional<Instant> to_instant(const Json& value);

// A number of at most 19 digits, which is how receivers and groups are named in paths.
std::optional<std::string> to_id(const Json& value);

}  // namespace optledger::cleverreach
