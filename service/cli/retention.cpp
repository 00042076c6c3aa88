#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/flows/forget.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

void print(const DeletionCounts& counts, const RetentionOptions& options) {
  if (options.json) {
    Json facts{{"dry_run", options.dry_run}};
    for (const auto& [name, count] : deletion_counts) facts[name] = counts.*count;
    fmt::print("{}\n", facts.dump());
    return;
  }
  fmt::print(
      "{} unconfirmed signups, {} consents past their proof window, {} rules of leaving, {} erasure "
      "receipts, {} notes of operators' acts, {} addresses of answered privacy requests, {} privacy "
      "requests, "
      "{} signed calls, {} webhooks that nobody took {}\n",
      counts.unconfirmed, counts.held, counts.suppressions, counts.receipts, counts.operator_acts,
      counts.privacy_addresses, counts.privacy_requests, counts.webhook_calls, counts.webhook_deliveries,
      options.dry_run ? "are due" : "deleted");
}

}  // namespace

int retention(const Config& config, const RetentionOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  auto& store = *state.store;
  if (options.accept_clock) accept_clock(store, clock);
  if (const auto ahead = clock_jump(config.retention.max_clock_jump, store, clock)) {
    throw Failure(refused,
                  fmt::format("the clock is {} days ahead of the last known time, so nothing was deleted; "
                              "if it is right, say so: optledger retention --accept-clock",
                              std::chrono::duration_cast<std::chrono::days>(*ahead).count()));
  }
  if (options.dry_run) {
    const auto now = clock.now();
    print(read_from(store, [&](Reading& reading) { return reading.count_due_for_deletion(now); }), options);
    return done;
  }
  const auto deleted = forget_all([] { return false; }, store, clock, entropy);
  if (store.has_traces() && !store.purge_deleted()) {
    throw Failure(try_again_later,
                  "deleted, but readers are in the way of the last traces in the log: run it again");
  }
  note_retention_run(clock.now(), store);
  shorten_journal(state.departures->journal(), clock.now());
  print(deleted, options);
  return done;
}

}  // namespace optledger::cli
