#include "service/workers/departures.hpp"

#include "service/ops/log.hpp"

namespace optledger {

Departures::Departures(Parts parts) : parts_(std::move(parts)) { keep(); }

Departures::~Departures() {
  // A database that is busy or full would only be waited for once more.
  if (std::uncaught_exceptions() > faults_) return;
  try {
    keep();
  } catch (const std::exception& fault) {
    log_event(LogLevel::warning, "departures_not_noted", {{"detail", fault.what()}});
  }
}

void Departures::keep() {
  const auto kept =
      keep_departures(parts_.journal, parts_.window, parts_.store, parts_.clock, parts_.entropy);
  if (kept.journal_was_lost) {
    log_event(LogLevel::warning, "departures_journal_lost",
              {{"detail",
                "made anew from this database; if it was copied back from a backup, put the journal "
                "back too and start again"}});
  }
  if (!kept.reapplied) return;
  reapplied_ = kept.reapplied;
  log_event(LogLevel::warning, "departures_applied_again",
            {{"detail", "the database was an older copy than the journal of departures"},
             {"erased_signups", kept.reapplied->signups},
             {"rules", kept.reapplied->rules},
             {"ended_subscriptions", kept.reapplied->subscriptions},
             {"receipts", kept.reapplied->receipts}});
}

}  // namespace optledger
