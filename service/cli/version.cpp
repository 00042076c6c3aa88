#include "lib/base/json.hpp"
#include "service/cli/commands.hpp"

#include <fmt/format.h>

namespace optledger::cli {

int version(bool json) {
  if (json) {
    fmt::print("{}\n", Json{{"name", "optledger"}, {"version", OPTLEDGER_VERSION}}.dump());
  } else {
    fmt::print("optledger {}\n", OPTLEDGER_VERSION);
  }
  return done;
}

}  // namespace optledger::cli
