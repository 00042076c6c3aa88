// What to say about a name nobody knows: the nearest known one when it is near, else all of them.
// Private to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// A setting that does nothing would promise what is not done, so it is refused instead of passed over.
inline constexpr std::string_view not_supported_yet = "is not supported by this version yet: remove it";

// True for keys that the contract names and a later version will honour. `section` is "list", "limits", …
bool is_for_later(std::string_view section, std::string_view key);

// The known name within two slips (insert, leave out, replace, swap) of `name`.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known);

// "unknown key; did you mean \"listen\"?" or "unknown key; known are listen, …".
std::string unknown(std::string_view what, std::string_view name, const std::vector<std::string>& known);

}  // namespace optledger
