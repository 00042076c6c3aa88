// The retention run: what is due is deleted in small portions, so that sign-ups hardly notice, and the
// deletion is provable without naming anybody.
#pragma once

#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <functional>
#include <optional>

namespace optledger {

// Deletes at most `limit` of each kind in one transaction and says how many. The bytes leave the files with
// the store's purge_deleted(), once after the last call.
DeletionCounts forget_some(int limit, Store& store, Clock& clock, Entropy& entropy);

// All that is due, portion by portion, with a receipt when anything was. Ends early when `stop` says so.
DeletionCounts forget_all(const std::function<bool()>& stop, Store& store, Clock& clock, Entropy& entropy);

// When a run last came to its end, as far as this database knows. Whoever runs it says so.
std::optional<Instant> last_retention_run(Store& store);
void note_retention_run(Instant at, Store& store);

// How far the clock is ahead of the last time this database knew to be right, when that is more than
// `allowed`: then nothing may be deleted, since a wrong clock would delete everything. Keeps the time
// otherwise, about once an hour.
std::optional<Duration> clock_jump(Duration allowed, Store& store, Clock& clock);

// An operator's word that the clock is right.
void accept_clock(Store& store, Clock& clock);

}  // namespace optledger
