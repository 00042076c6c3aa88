// Tells an older database what the journal of departures knows: whoever was erased is erased again, whoever
// left is suppressed again, what they were subscribed to ends, and their receipts are there again.
#pragma once

#include "lib/consent/proof_window.hpp"
#include "service/store/departure_journal.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <cstdint>

namespace optledger {

struct Reapplied {
  std::int64_t signups = 0;        // erased
  std::int64_t rules = 0;          // put down, or made stricter
  std::int64_t subscriptions = 0;  // ended by them
  std::int64_t receipts = 0;       // of the erased
};

// A thousand lines to a transaction; broken off, it is done again from the start with the same result. Only
// the very record that was erased is erased, and a rule never becomes weaker than the database knows it.
Reapplied reapply_departures(const DepartureJournal::Turn& turn, const ProofWindow& window, Store& store,
                             Clock& clock, Entropy& entropy);

}  // namespace optledger
