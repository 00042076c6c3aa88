// Keys, store, ledger and journal of departures belong together: opened together, and refused when they do
// not know each other.
#pragma once

#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/flows/level_ledger.hpp"
#include "service/store/store.hpp"
#include "service/workers/departures.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

// What `serve` and every command stand on.
struct State {
  Keys keys;
  std::size_t token_keys_in_use = 1;  // the first so many; further ones wait for the next start of `serve`
  std::unique_ptr<Store> store;
  std::vector<std::string> migrations;  // applied by this opening
  Ledger ledger;
  std::optional<Levelled> levelled;  // an operator had said that the state was restored
  std::unique_ptr<Departures> departures;
};

// What becomes of a token key that `keys rotate` has made.
enum class NewTokenKeys {
  wait,     // for every command: a running `serve` would not know the links that it makes
  take_up,  // by `serve`, before it answers anybody: from then on the newest signs, here and in every command
};

// First start: makes the keys, then the database. Later: both must be there and match. A database that was
// copied back from before somebody left is told so before anything else. Throws std::runtime_error with a
// line for the operator; LedgerContradiction when the ledger has published more than the database knows of,
// unless an operator has said that it was restored.
State open_state(const Config& config, Clock& clock, Entropy& entropy,
                 NewTokenKeys new_keys = NewTokenKeys::wait);

// For looking at a state that may not be opened otherwise: nothing is compared and nothing told. Its
// `departures` is empty.
State open_state_to_look(const Config& config, Clock& clock, Entropy& entropy,
                         NewTokenKeys new_keys = NewTokenKeys::wait);

// "/var/lib/optledger/optledger.db-departures"
std::filesystem::path departures_beside(const std::filesystem::path& database);

// An operator says that the database was, or is about to be, restored: the next opening that finds it older
// than what the ledger has published brings it level, and no later one. On disk when it returns.
class Restoration {
 public:
  explicit Restoration(const std::filesystem::path& database);

  void announce(const std::string& reason) const;
  std::optional<std::string> reason() const;  // of the one that is announced
  void end() const;

 private:
  std::filesystem::path file_;
};

}  // namespace optledger
