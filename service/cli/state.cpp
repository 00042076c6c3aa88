#include "service/cli/state.hpp"

#include "service/ops/log.hpp"
#include "service/store/durable_file.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace optledger {
namespace {

void require_own_keys(const Keys& keys, const StorageConfig& storage, Store& store) {
  const auto own = check_value(keys);
  const auto known = read_from(store, [](Reading& reading) { return reading.meta("key_check"); });
  if (!known) store.write([&](Transaction& transaction) { transaction.keep_meta("key_check", own); });
  if (known && *known != own) {
    throw std::runtime_error("the keys in " + storage.keys.string() +
                             " are not those of this database: put the right ones back from your backup");
  }
}

// Before anything is appended: what the ledger has published can only be gone on from.
std::optional<Levelled> level(const State& state, const Restoration& restoration, Clock& clock,
                              Entropy& entropy) {
  const auto trouble = trouble_in(ledger_standing(state.ledger, *state.store), state.ledger);
  const auto reason = restoration.reason();
  std::optional<Levelled> levelled;
  if (trouble) {
    if (!reason) throw LedgerContradiction(*trouble);
    levelled = level_ledger(state.ledger, *reason, *state.store, clock, entropy);
    log_event(LogLevel::warning, "ledger_levelled",
              {{"detail", *trouble},
               {"reason", *reason},
               {"entries_put_back", levelled->entries_put_back},
               {"mirror_made_anew", levelled->mirror_made_anew}});
  }
  if (reason) restoration.end();
  return levelled;
}

}  // namespace

std::filesystem::path departures_beside(const std::filesystem::path& database) {
  return database.string() + "-departures";
}

Restoration::Restoration(const std::filesystem::path& database) : file_(database.string() + "-restored") {}

void Restoration::announce(const std::string& reason) const {
  {
    const Descriptor descriptor(file_, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(descriptor, reason, file_);
    sync(descriptor, file_);
  }
  sync_folder_of(file_);
}

std::optional<std::string> Restoration::reason() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void Restoration::end() const {
  std::filesystem::remove(file_);
  sync_folder_of(file_);
}

State open_state_to_look(const Config& config, Clock& clock, Entropy& entropy) {
  const auto& storage = config.storage;
  const auto missing = sqlite_database_exists(storage.path) ? MissingKeys::refuse : MissingKeys::make;
  const auto keys = load_keys(storage.keys, missing, [&] { return fresh_digest(entropy); });
  auto opened = open_sqlite_store(storage.path, clock.now());
  require_own_keys(keys, storage, *opened.store);
  auto ledger = open_ledger(config, keys.ledger, *opened.store);
  return {keys, std::move(opened.store), std::move(opened.migrations), std::move(ledger), {}, nullptr};
}

State open_state(const Config& config, Clock& clock, Entropy& entropy) {
  auto state = open_state_to_look(config, clock, entropy);
  const auto& database = config.storage.path;
  state.levelled = level(state, Restoration(database), clock, entropy);
  state.departures = std::make_unique<Departures>(
      Departures::Parts{DepartureJournal(departures_beside(database), check_value(state.keys)),
                        config.retention.proof_window, *state.store, clock, entropy});
  return state;
}

}  // namespace optledger
