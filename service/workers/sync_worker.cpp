#include "service/workers/sync_worker.hpp"

#include "service/ops/log.hpp"
#include "service/provider/make_provider.hpp"

namespace optledger {
namespace {

constexpr Duration pause_after_outage = std::chrono::seconds(30);
constexpr Duration pause_after_refusal = std::chrono::minutes(5);

}  // namespace

std::string sync_lock_name(const std::string& list) { return "sync-" + list; }

SyncWorker::SyncWorker(const Parts& parts)
    : parts_(parts),
      provider_(make_provider(*parts.list.cleverreach, parts.entropy, abandon_.get_token())),
      part_("cleverreach " + parts.list.id),
      worker_(std::make_unique<Worker>("sync-" + parts.list.id, parts.health,
                                       [this](const std::stop_token& stop) { return run_once(stop); })) {}

SyncWorker::~SyncWorker() { request_stop(); }

void SyncWorker::request_stop() {
  worker_->request_stop();
  abandon_.request_stop();
}

Duration SyncWorker::run_once(const std::stop_token& stop) {
  const auto& cleverreach = *parts_.list.cleverreach;
  const auto now = parts_.clock.now();
  const bool polls = std::chrono::steady_clock::now() >= poll_at_;
  const bool pushes = read_from(
      parts_.store, [&](Reading& reading) { return reading.has_due_receiver(parts_.list.id, now); });
  if (!polls && !pushes) return cleverreach.sync_interval;
  const auto lock = parts_.store.try_lock(sync_lock_name(parts_.list.id));
  if (!lock) return cleverreach.sync_interval;  // `optledger sync` is at it
  try {
    run(polls);
    parts_.health.clear(part_);
  } catch (const ProviderRefused& refusal) {
    if (stop.stop_requested()) return {};
    log_event(LogLevel::error, "sync_refused", {{"list", parts_.list.id}, {"detail", refusal.what()}});
    parts_.health.report(part_, refusal.what());
    return pause_after_refusal;
  } catch (const ProviderUnavailable& outage) {
    if (stop.stop_requested()) return {};
    log_event(LogLevel::warning, "sync_postponed", {{"list", parts_.list.id}, {"detail", outage.what()}});
    parts_.health.report(part_, outage.what());
    return std::max(pause_after_outage, outage.retry_after().value_or(Duration::zero()));
  }
  return cleverreach.sync_interval;
}

void SyncWorker::run(bool poll) {
  ListSync sync({parts_.list, parts_.config.server.public_url, parts_.config.retention.proof_window,
                 parts_.keys, parts_.store, parts_.clock, parts_.entropy},
                *provider_, abandon_.get_token());
  try {
    if (poll) {
      sync.poll();
      poll_at_ = std::chrono::steady_clock::now() + parts_.list.cleverreach->poll_interval;
    }
    sync.push();
  } catch (...) {
    note(sync.report());
    throw;
  }
  note(sync.report());
}

void SyncWorker::note(const SyncReport& report) {
  parts_.metrics.provider_changes("pushed", report.pushed);
  parts_.metrics.provider_changes("deactivated", report.deactivated);
  parts_.metrics.provider_changes("deleted", report.deleted);
  parts_.metrics.provider_changes("foreign", report.foreign);
  parts_.metrics.provider_changes("refused", report.refused);
  if (report.pushed + report.deactivated + report.deleted + report.foreign + report.refused == 0) return;
  log_event(LogLevel::info, "synced",
            {{"list", parts_.list.id},
             {"pushed", report.pushed},
             {"deactivated", report.deactivated},
             {"deleted", report.deleted},
             {"foreign", report.foreign},
             {"refused", report.refused},
             {"pending", report.pending},
             {"calls", report.calls}});
}

}  // namespace optledger
