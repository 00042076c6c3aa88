#include "service/cli/commands.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/flows/verify_ledger.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

void require_database(const Config& config) {
  if (sqlite_database_exists(config.storage.path)) return;
  throw Failure(refused, fmt::format("there is no database {}", config.storage.path.string()));
}

// Announced while it is done and no longer: what fails now is not to be done by the next opening.
class Announced {
 public:
  Announced(const std::filesystem::path& database, const std::string& reason) : restoration_(database) {
    restoration_.announce(reason);
  }
  ~Announced() {
    try {
      if (restoration_.reason()) restoration_.end();
    } catch (const std::exception& fault) {
      fmt::print(stderr, "{}\n", fault.what());
    }
  }
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;

 private:
  Restoration restoration_;
};

void print(const Levelled& levelled, const SignedCheckpoint& now, bool json) {
  if (json) {
    fmt::print("{}\n", Json{{"entries_put_back", levelled.entries_put_back},
                            {"mirror_made_anew", levelled.mirror_made_anew},
                            {"size", now.tree.size}}
                           .dump());
    return;
  }
  fmt::print("{} ledger entries put back, whose records are lost{}; the ledger goes on with {} entries\n",
             levelled.entries_put_back, levelled.mirror_made_anew ? "; the mirror was made anew" : "",
             now.tree.size);
}

void print(const VerifiedLedger& verified, bool json) {
  if (json) {
    fmt::print("{}\n", Json{{"ok", !verified.difference},
                            {"difference", or_null(verified.difference)},
                            {"entries", verified.entries},
                            {"published", verified.published},
                            {"erased", verified.erased},
                            {"persons", verified.persons}}
                           .dump());
    return;
  }
  if (verified.difference) throw Failure(refused, *verified.difference);
  fmt::print(
      "all of it fits: {} ledger entries, {} of them under a signed checkpoint, {} erased and named as such; "
      "the tables about {} persons say what their records say\n",
      verified.entries, verified.published, verified.erased, verified.persons);
}

}  // namespace

int ledger_checkpoint(const Config& config, const LedgerOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  require_database(config);
  const auto state = open_state_to_look(config, clock, entropy);
  const auto published = published_checkpoint(state.ledger);
  if (!published) {
    throw Failure(refused, fmt::format("nothing is signed yet: there is no checkpoint in {}",
                                       state.ledger.mirror.folder().string()));
  }
  if (!options.json) {
    fmt::print("{}", published->note);
    return done;
  }
  fmt::print("{}\n", Json{{"origin", published->tree.origin},
                          {"size", published->tree.size},
                          {"root", to_hex(published->tree.root)},
                          {"vkey", state.ledger.vkey()},
                          {"checkpoint", published->note}}
                         .dump());
  return done;
}

int ledger_verify(const Config& config, const LedgerOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  require_database(config);
  const auto state = open_state_to_look(config, clock, entropy);
  const DepartureJournal journal(departures_beside(config.storage.path), check_value(state.keys));
  const auto verified = [&] {
    Progress bar(0);
    const auto show = [&bar](std::int64_t count, const char* what) {
      bar.show(static_cast<std::uint64_t>(count), fmt::format("{} {}", count, what));
    };
    return verify_ledger({state.ledger, state.keys, journal, *state.store, clock, show});
  }();
  print(verified, options.json);
  return verified.difference ? refused : done;
}

int ledger_restored(const Config& config, const LedgerOptions& options) {
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  SystemClock clock;
  SystemEntropy entropy;
  require_database(config);
  const ServeLock only_one(config.storage.path);
  const Announced announced(config.storage.path, options.reason);
  const auto state = open_state(config, clock, entropy);
  if (!state.levelled) {
    throw Failure(refused, "nothing is to be done: database and mirror are level");
  }
  grow_ledger_wholly(state.ledger, *state.store);
  print(*state.levelled, published_checkpoint(state.ledger).value(), options.json);
  return done;
}

}  // namespace optledger::cli
