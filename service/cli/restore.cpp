// The order makes it safe: first the journal learns what the present database knows, then the backup takes
// its place in one step, then the journal is applied to it. Killed at any moment, the next start finds one of
// the two databases, and one that is older than the journal, which it then applies.
#include "service/cli/commands.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/flows/forget.hpp"
#include "service/store/sqlite/backup.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

using std::filesystem::path;

constexpr const char* by_restoring = "optledger restore";

void require_fit(const path& source, const CopyFacts& facts, const Keys& keys, const Config& config) {
  if (!facts.damage.empty()) {
    throw Failure(refused, fmt::format("{} is damaged ({}): use another backup; nothing was changed",
                                       source.string(), facts.damage.front()));
  }
  if (facts.key_check != check_value(keys)) {
    throw Failure(refused, fmt::format("the keys in {} are not those of {}: put the right ones back first; "
                                       "nothing was changed",
                                       config.storage.keys.string(), source.string()));
  }
}

// What the ledger has published goes on from the backup, or the backup is not put in its place.
void require_ledger(const path& source, const CopyFacts& facts, const Keys& keys, const Config& config) {
  const auto ledger = ledger_of(config, keys.ledger, facts.ledger_vkey);
  const auto published = published_checkpoint(ledger);
  if (!published) return;
  EntriesOfMirror mirrored(ledger, published->tree.size);
  read_entries_of_copy(source, [&mirrored](const Digest& entry) { mirrored.take(entry); });
}

// False: nobody can read it, so what only it knew of is lost.
bool take_over_departures(const Config& config, Clock& clock, Entropy& entropy) {
  if (!sqlite_database_exists(config.storage.path)) return false;
  try {
    Restoration(config.storage.path).announce(by_restoring);
    const auto state = open_state(config, clock, entropy);
    grow_ledger_wholly(state.ledger, *state.store);
    return true;
  } catch (const StoreUnavailable&) {
    throw;
  } catch (const std::exception& fault) {
    fmt::print(stderr,
               "{}\nThis database cannot be read, so whoever left is known from the journal {} alone.\n",
               fault.what(), departures_beside(config.storage.path).string());
    return false;
  }
}

void put_in_place(const path& database, const path& source) {
  // Whoever opens it first, after a kill as well, brings it level.
  Restoration(database).announce(by_restoring);
  PageProgress progress;
  replace_sqlite_database(database, source, std::ref(progress));
}

void print(const RestoreOptions& options, const CopyFacts& facts, const State& state, bool took_over) {
  const auto again = state.departures->reapplied().value_or(Reapplied{});
  const auto levelled = state.levelled.value_or(Levelled{});
  if (options.json) {
    fmt::print("{}\n", Json{{"restored", options.source.string()},
                            {"ledger_entries", facts.ledger_size},
                            {"took_over_departures", took_over},
                            {"erased_signups", again.signups},
                            {"rules", again.rules},
                            {"ended_subscriptions", again.subscriptions},
                            {"receipts", again.receipts},
                            {"entries_put_back", levelled.entries_put_back},
                            {"mirror_made_anew", levelled.mirror_made_anew}}
                           .dump());
    return;
  }
  fmt::print(
      "restored {} with {} ledger entries\n"
      "of those who have left since then: {} signups erased again, {} rules put down again, "
      "{} subscriptions ended again, {} receipts of erasures\n"
      "{} ledger entries that were published since then put back, their records are lost\n",
      options.source.string(), facts.ledger_size, again.signups, again.rules, again.subscriptions,
      again.receipts, levelled.entries_put_back);
  if (!levelled.mirror_made_anew) return;
  fmt::print(
      stderr,
      "The ledger's mirror {} was missing and is made anew from the backup. What was published since then "
      "is not in it: if you find the mirror, put it back and restore again.\n",
      state.ledger.mirror.folder().string());
}

}  // namespace

int restore(const Config& config, const RestoreOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto& database = config.storage.path;
  std::error_code missing;
  if (std::filesystem::equivalent(options.source, database, missing)) {
    throw Failure(wrong_use, "this is the database itself");
  }
  const ServeLock only_one(database);
  const auto keys =
      load_keys(config.storage.keys, MissingKeys::refuse, [&] { return fresh_digest(entropy); });
  const auto facts = examine_sqlite_copy(options.source);
  require_fit(options.source, facts, keys, config);
  require_ledger(options.source, facts, keys, config);
  examine_journal(DepartureJournal(departures_beside(database), check_value(keys)));
  const bool took_over = take_over_departures(config, clock, entropy);
  put_in_place(database, options.source);
  const auto state = open_state(config, clock, entropy);
  if (!state.store->purge_deleted()) {
    throw Failure(
        try_again_later,
        "restored, but readers are in the way of the last traces in the log: run optledger retention");
  }
  grow_ledger_wholly(state.ledger, *state.store);
  print(options, facts, state, took_over);
  if (clock_jump(config.retention.max_clock_jump, *state.store, clock)) {
    fmt::print(stderr,
               "The backup is old, so the clock seems to have jumped: nothing is deleted by its age until "
               "you say that it is right: optledger retention --accept-clock\n");
  }
  return done;
}

}  // namespace optledger::cli
