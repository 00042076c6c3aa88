// Keeps the journal of departures and the database level. Whoever left stays away, also when the database is
// an older copy of itself.
#pragma once

#include "service/flows/reapply_departures.hpp"

#include <cstdint>
#include <optional>

namespace optledger {

struct KeptDepartures {
  std::optional<Reapplied> reapplied;  // the database was another one than the journal's last
  bool journal_was_lost = false;  // a new one was made; what only the lost one knew is not known any more
};

// Level already: costs microseconds. What is new in the database goes into the journal, on disk when this
// returns. Is the database not the one the journal was last level with, all of the journal is applied to it
// first.
KeptDepartures keep_departures(const DepartureJournal& journal, const ProofWindow& window, Store& store,
                               Clock& clock, Entropy& entropy);

// Writes the journal anew without the rules and receipts that have ended at `now`, a time to be trusted, and
// without lines that a later one repeats or replaces. When the next one ends, if any does.
std::optional<Instant> shorten_journal(const DepartureJournal& journal, Instant now);

struct JournalCounts {
  std::int64_t leaves = 0;
  std::int64_t rules = 0;
};

// Reads all of it, as it would have to be applied.
JournalCounts examine_journal(const DepartureJournal& journal);

}  // namespace optledger
