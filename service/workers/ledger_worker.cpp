#include "service/workers/ledger_worker.hpp"

#include "service/ops/log.hpp"

namespace optledger {
namespace {

constexpr Duration pause_between_steps = std::chrono::milliseconds(200);
// Each checkpoint costs a few syncs of the disk that sign-ups wait for.
constexpr Duration pause_after_checkpoint = std::chrono::milliseconds(700);
// A command's step takes milliseconds; one that is stopped in it keeps the lock.
constexpr Duration longest_wait = std::chrono::seconds(30);

}  // namespace

LedgerWorker::LedgerWorker(const Parts& parts) : parts_(parts) {
  parts_.metrics.watch("optledger_ledger_size", "ledger entries under a signed checkpoint",
                       [this] { return static_cast<double>(size_); });
  parts_.metrics.watch(
      "optledger_ledger_unsigned_entries", "ledger entries not yet under a checkpoint", [this] {
        const auto all = read_from(parts_.store, [](Reading& reading) { return reading.ledger_size(); });
        return std::max(0.0, static_cast<double>(all) - static_cast<double>(size_));
      });
  parts_.metrics.watch("optledger_ledger_last_checkpoint_timestamp_seconds",
                       "when this process last signed a checkpoint; 0: not yet",
                       [this] { return static_cast<double>(signed_at_millis_) / 1000; });
}

void LedgerWorker::start() {
  worker_ =
      std::make_unique<Worker>("ledger", parts_.health, [this](const std::stop_token&) { return grow(); });
}

void LedgerWorker::stop() {
  if (!worker_) return;
  worker_.reset();
  try {
    grow();
  } catch (const std::exception& fault) {
    log_event(LogLevel::warning, "ledger_not_grown", {{"detail", fault.what()}});
  }
}

Duration LedgerWorker::grow() {
  const auto grown = grow_ledger(parts_.ledger, parts_.store);
  if (!grown) return wait_for_others();
  waited_ = Duration::zero();
  if (grown->size == size_) return pause_between_steps;
  note(grown->size);
  return grown->has_more ? Duration::zero() : pause_after_checkpoint;
}

Duration LedgerWorker::wait_for_others() {
  waited_ += pause_between_steps;
  if (waited_ >= longest_wait) {
    throw StoreUnavailable(
        "another optledger has been at work on the ledger for a while, so nothing is signed");
  }
  return pause_between_steps;
}

void LedgerWorker::note(std::uint64_t size) {
  size_ = size;
  signed_at_millis_ = to_millis(parts_.clock.now());
}

}  // namespace optledger
