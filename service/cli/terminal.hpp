// Who sits at the terminal.
#pragma once

#include <string>

namespace optledger::cli {

// "user:NAME"; behind sudo, the person who called it.
std::string operating_user();

}  // namespace optledger::cli
