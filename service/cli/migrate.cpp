#include "lib/base/json.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"

#include <fmt/format.h>

namespace optledger::cli {

int migrate(const Config& config, bool json) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  if (json) {
    fmt::print("{}\n", Json{{"applied", state.migrations}}.dump());
  } else if (state.migrations.empty()) {
    fmt::print("the database is up to date\n");
  }
  for (const auto& name : state.migrations) {
    if (!json) fmt::print("applied {}\n", name);
  }
  return done;
}

}  // namespace optledger::cli
