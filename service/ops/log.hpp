// JSON lines on stderr. No full address, no IP, no token, ever: callers pass facts about what happened, never
// about whom it happened to.
#pragma once

#include "lib/base/json.hpp"

#include <string_view>

namespace optledger {

enum class LogLevel { info, warning, error };

// {"at":"…","level":"info","event":"…", …fields}
void log_event(LogLevel level, std::string_view event, const Json& fields = Json::object());

}  // namespace optledger
