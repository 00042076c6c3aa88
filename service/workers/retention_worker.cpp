#include "service/workers/retention_worker.hpp"

#include "service/flows/expire_signups.hpp"
#include "service/ops/log.hpp"

namespace optledger {
namespace {

constexpr int signups_at_once = 100;  // small, so that sign-ups wait a few milliseconds at most
constexpr Duration pause_between_runs = std::chrono::seconds(5);

}  // namespace

void RetentionWorker::catch_up() { run_once({}); }

void RetentionWorker::start() {
  worker_ = std::make_unique<Worker>("retention", parts_.health,
                                     [this](const std::stop_token& stop) { return run_once(stop); });
}

Duration RetentionWorker::run_once(const std::stop_token& stop) {
  int erased = 0;
  int batch = 0;
  do {
    batch = expire_some_signups(signups_at_once, parts_.store, parts_.clock, parts_.entropy);
    erased += batch;
  } while (batch == signups_at_once && !stop.stop_requested());
  if (parts_.store.has_traces()) parts_.store.purge_deleted();
  if (erased > 0) {
    parts_.metrics.signups_expired(erased);
    log_event(LogLevel::info, "signups_expired", {{"count", erased}});
  }
  if (parts_.access_log != nullptr) parts_.access_log->purge(parts_.clock.now());
  return pause_between_runs;
}

}  // namespace optledger
