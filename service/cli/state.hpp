// Keys and store belong together: opened together, and refused when they do not know each other.
#pragma once

#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <memory>
#include <string>
#include <vector>

namespace optledger {

// What `serve` and every command stand on.
struct State {
  Keys keys;
  std::unique_ptr<Store> store;
  std::vector<std::string> migrations;  // applied by this opening
};

// First start: makes the keys, then the database. Later: both must be there and match. Throws
// std::runtime_error with a line for the operator.
State open_state(const StorageConfig& storage, Clock& clock, Entropy& entropy);

}  // namespace optledger
