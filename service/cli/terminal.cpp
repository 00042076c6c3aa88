#include "service/cli/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <pwd.h>

namespace optledger::cli {

std::string operating_user() {
  if (const char* behind_sudo = std::getenv("SUDO_USER")) return std::string("user:") + behind_sudo;
  const auto* entry = ::getpwuid(::getuid());
  return std::string("user:") + (entry != nullptr ? entry->pw_name : std::to_string(::getuid()));
}

}  // namespace optledger::cli
