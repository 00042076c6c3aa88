#include "service/cli/state.hpp"

#include "service/config/ownership.hpp"
#include "service/ops/log.hpp"
#include "service/store/durable_file.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::string check_values(const TokenKeys& keys, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : " ") + check_value(keys.all()[i]);
  return text;
}

// The database knows which token keys are in use, so that a key that is lost is missed, and one that is new
// is used by nobody before `serve` knows it. Gives how many are.
std::size_t settle_token_keys(Keys& keys, const StorageConfig& storage, Store& store, NewTokenKeys new_keys) {
  constexpr const char* name = "token_keys";
  const auto known = read_from(store, [](Reading& reading) { return reading.meta(name); });
  const auto count =
      known ? static_cast<std::size_t>(std::count(known->begin(), known->end(), ' ')) + 1 : std::size_t{1};
  const auto& all = keys.token.all();
  if (count > all.size()) {
    throw std::runtime_error(fmt::format(
        "the key file {} is missing: put it back from your backup; links that it made would be dead",
        token_key_file(storage.keys, static_cast<std::uint8_t>(all.size() + 1)).string()));
  }
  if (known && *known != check_values(keys.token, count)) {
    throw std::runtime_error(
        "a token key in " + storage.keys.string() +
        " is not the one that this database has used: put the right one back from your backup");
  }
  const auto in_use = new_keys == NewTokenKeys::take_up ? all.size() : count;
  if (!known || in_use != count) {
    store.write(
        [&](Transaction& transaction) { transaction.put_meta(name, check_values(keys.token, in_use)); });
  }
  auto settled = all;
  settled[in_use - 1].retired = false;  // a mark that somebody made by hand: what signs must open
  keys.token = TokenKeys(std::move(settled), in_use - 1);
  return in_use;
}

// Nobody else may read what is about people, nor put another state in place of this one.
void require_guarded_state(const Config& config) {
  const auto& database = config.storage.path;
  require_guarded(database.has_parent_path() ? database.parent_path() : ".");
  for (const char* of : {"", "-wal", "-shm", "-departures"}) require_private(database.string() + of);
  require_guarded(mirror_of(config));
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

State open_state_to_look(const Config& config, Clock& clock, Entropy& entropy, NewTokenKeys new_keys) {
  const auto& storage = config.storage;
  const auto missing = sqlite_database_exists(storage.path) ? MissingKeys::refuse : MissingKeys::make;
  require_guarded_state(config);
  auto keys = load_keys(storage.keys, missing, [&] { return fresh_digest(entropy); });
  auto opened = open_sqlite_store(storage.path, clock.now());
  require_own_keys(keys, storage, *opened.store);
  const auto in_use = settle_token_keys(keys, storage, *opened.store, new_keys);
  auto ledger = open_ledger(config, keys.ledger, *opened.store);
  return {keys, in_use, std::move(opened.store), std::move(opened.migrations), std::move(ledger),
          {},   nullptr};
}

State open_state(const Config& config, Clock& clock, Entropy& entropy, NewTokenKeys new_keys) {
  auto state = open_state_to_look(config, clock, entropy, new_keys);
  const auto& database = config.storage.path;
  state.levelled = level(state, Restoration(database), clock, entropy);
  state.departures = std::make_unique<Departures>(
      Departures::Parts{DepartureJournal(departures_beside(database), check_value(state.keys)),
                        config.retention.proof_window, *state.store, clock, entropy});
  return state;
}

}  // namespace optledger
