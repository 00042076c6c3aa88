#include "service/workers/retention_worker.hpp"

#include "service/flows/forget.hpp"
#include "service/ops/log.hpp"

#include <fmt/format.h>

namespace optledger {
namespace {

constexpr Duration pause_between_runs = std::chrono::seconds(5);
constexpr Duration watch_pause = std::chrono::seconds(1);
constexpr Duration alarm_after = std::chrono::days(1);
constexpr Duration note_run_every = std::chrono::hours(1);
constexpr const char* clock_part = "retention clock";
constexpr const char* overdue_part = "retention overdue";

std::int64_t hours_in(Duration duration) {
  return std::chrono::duration_cast<std::chrono::hours>(duration).count();
}

}  // namespace

RetentionWorker::RetentionWorker(const Parts& parts)
    : parts_(parts),
      last_run_millis_(to_millis(last_retention_run(parts.store).value_or(Instant{}))),
      began_(parts.clock.now()) {
  parts_.metrics.watch("optledger_retention_last_run_timestamp_seconds",
                       "when the retention last ran to its end; 0: never",
                       [this] { return static_cast<double>(last_run_millis_) / 1000; });
  parts_.metrics.watch("optledger_retention_overdue", "1: the retention has not run to its end for a day",
                       [this] { return overdue() > Duration::zero() ? 1.0 : 0.0; });
}

void RetentionWorker::catch_up() {
  // Also after this service, or the whole machine, was down.
  if (const auto late = overdue(); late > Duration::zero()) {
    log_event(LogLevel::warning, "retention_late", {{"hours_since_last_run", hours_in(late + alarm_after)}});
  }
  run_once({});
}

void RetentionWorker::start() {
  worker_ = std::make_unique<Worker>("retention", parts_.health,
                                     [this](const std::stop_token& stop) { return run_once(stop); });
  watch_ = std::make_unique<Worker>("retention watch", parts_.health,
                                    [this](const std::stop_token&) { return watch(); });
}

Duration RetentionWorker::run_once(const std::stop_token& stop) {
  // The access log is no evidence: a wrong clock may cost some of it, a right one must not leave any.
  if (parts_.access_log != nullptr) parts_.access_log->purge(parts_.clock.now());
  const bool forgets = trusts_clock();
  if (forgets) forget(stop);
  // What people had erased leaves the files whatever the clock says.
  const bool is_clean = !parts_.store.has_traces() || parts_.store.purge_deleted();
  if (forgets && is_clean) note_run();
  return pause_between_runs;
}

void RetentionWorker::note_run() {
  const auto now = parts_.clock.now();
  last_run_millis_ = to_millis(now);
  if (noted_run_ <= now && now < noted_run_ + note_run_every) return;
  note_retention_run(now, parts_.store);
  noted_run_ = now;
}

// How much longer than a day the last run is ago; zero or less: all is well.
Duration RetentionWorker::overdue() const {
  const auto last = from_millis(last_run_millis_);
  return parts_.clock.now() - (last == Instant{} ? began_ : last) - alarm_after;
}

Duration RetentionWorker::watch() {
  const auto late = overdue();
  if (late <= Duration::zero()) {
    parts_.health.clear(overdue_part);
    next_alarm_ = Instant::min();
    return watch_pause;
  }
  const auto hours = hours_in(late + alarm_after);
  parts_.health.report(
      overdue_part, fmt::format("no run has come to its end for {} hours, so what is due may not be deleted: "
                                "the log says why; optledger retention does one",
                                hours));
  if (parts_.clock.now() >= next_alarm_) {
    log_event(LogLevel::error, "retention_overdue", {{"hours_since_last_run", hours}});
    next_alarm_ = parts_.clock.now() + alarm_after;
  }
  return watch_pause;
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
