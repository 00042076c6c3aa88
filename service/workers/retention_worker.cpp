#include "service/workers/retention_worker.hpp"

#include "service/flows/forget.hpp"
#include "service/ops/log.hpp"

#include <fmt/format.h>

namespace optledger {
namespace {

constexpr Duration pause_between_runs = std::chrono::seconds(5);
constexpr const char* clock_part = "retention clock";

}  // namespace

RetentionWorker::RetentionWorker(const Parts& parts) : parts_(parts) {
  parts_.metrics.watch("optledger_retention_last_run_timestamp_seconds",
                       "when the retention last ran to its end; older than a day is an alarm",
                       [this] { return static_cast<double>(last_run_millis_) / 1000; });
}

void RetentionWorker::catch_up() { run_once({}); }

void RetentionWorker::start() {
  worker_ = std::make_unique<Worker>("retention", parts_.health,
                                     [this](const std::stop_token& stop) { return run_once(stop); });
}

Duration RetentionWorker::run_once(const std::stop_token& stop) {
  // The access log is no evidence: a wrong clock may cost some of it, a right one must not leave any.
  if (parts_.access_log != nullptr) parts_.access_log->purge(parts_.clock.now());
  if (!trusts_clock()) return pause_between_runs;
  forget(stop);
  if (parts_.store.has_traces()) parts_.store.purge_deleted();
  last_run_millis_ = to_millis(parts_.clock.now());
  return pause_between_runs;
}

bool RetentionWorker::trusts_clock() {
  const auto ahead = clock_jump(parts_.retention.max_clock_jump, parts_.store, parts_.clock);
  if (!ahead) {
    parts_.health.clear(clock_part);
    clock_distrusted_ = false;
    return true;
  }
  const auto days = std::chrono::duration_cast<std::chrono::days>(*ahead).count();
  parts_.health.report(clock_part,
                       fmt::format("the clock is {} days ahead of the last known time, so nothing is "
                                   "deleted; if it is right: optledger retention --accept-clock",
                                   days));
  if (!clock_distrusted_) log_event(LogLevel::error, "retention_stopped", {{"days_ahead", days}});
  clock_distrusted_ = true;
  return false;
}

void RetentionWorker::forget(const std::stop_token& stop) {
  const auto deleted =
      forget_all([&stop] { return stop.stop_requested(); }, parts_.store, parts_.clock, parts_.entropy);
  if (deleted.sum() == 0) return;
  Json counts = Json::object();
  for (const auto& [name, count] : deletion_counts) {
    parts_.metrics.forgotten(name, deleted.*count);
    counts[name] = deleted.*count;
  }
  log_event(LogLevel::info, "forgotten", counts);
}

}  // namespace optledger
