// Keys, store and journal of departures belong together: opened together, and refused when they do not know
// each other.
#pragma once

#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/store/store.hpp"
#include "service/workers/departures.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace optledger {

// What `serve` and every command stand on.
struct State {
  Keys keys;
  std::unique_ptr<Store> store;
  std::vector<std::string> migrations;  // applied by this opening
  std::unique_ptr<Departures> departures;
};

// First start: makes the keys, then the database. Later: both must be there and match. A database that was
// copied back from before somebody left is told so before anything else. Throws std::runtime_error with a
// line for the operator.
State open_state(const Config& config, Clock& clock, Entropy& entropy);

// "/var/lib/optledger/optledger.db-departures"
std::filesystem::path departures_beside(const std::filesystem::path& database);

}  // namespace optledger
