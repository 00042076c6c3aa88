// The named queries of sql/queries/, one text for every engine. An unknown name throws at start, not at
// night.
#pragma once

#include <string_view>

namespace optledger {

// The text of `-- name: NAME` up to the next name. Throws std::logic_error.
std::string_view query(std::string_view name);

}  // namespace optledger
