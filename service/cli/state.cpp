#include "service/cli/state.hpp"

#include "service/store/sqlite/sqlite_store.hpp"

#include <stdexcept>

namespace optledger {

std::filesystem::path departures_beside(const std::filesystem::path& database) {
  return database.string() + "-departures";
}

State open_state(const Config& config, Clock& clock, Entropy& entropy) {
  const auto& storage = config.storage;
  const auto missing = sqlite_database_exists(storage.path) ? MissingKeys::refuse : MissingKeys::make;
  State state{load_keys(storage.keys, missing, [&] { return fresh_digest(entropy); }), nullptr, {}, nullptr};
  auto opened = open_sqlite_store(storage.path, clock.now());
  state.store = std::move(opened.store);
  state.migrations = std::move(opened.migrations);

  const auto own = check_value(state.keys);
  const auto known = read_from(*state.store, [](Reading& reading) { return reading.meta("key_check"); });
  if (!known) state.store->write([&](Transaction& transaction) { transaction.keep_meta("key_check", own); });
  if (known && *known != own) {
    throw std::runtime_error("the keys in " + storage.keys.string() +
                             " are not those of this database: put the right ones back from your backup");
  }
  state.departures = std::make_unique<Departures>(
      Departures::Parts{DepartureJournal(departures_beside(storage.path), own), config.retention.proof_window,
                        *state.store, clock, entropy});
  return state;
}

}  // namespace optledger
