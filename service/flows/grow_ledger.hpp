// The ledger grows: entries of the database into the mirror, in commit order, then a signed checkpoint.
// Before each signature it is checked that database, mirror and what was signed before agree; when they do
// not, it throws LedgerContradiction and signs nothing.
#pragma once

#include "service/flows/ledger.hpp"

namespace optledger {

struct Grown {
  std::uint64_t size = 0;  // under a signed checkpoint
  bool has_more = false;   // a step takes some thousand entries
};

// One step. Nothing: somebody else is at it, in this process or another. Killed at any moment, the next step
// goes on. StoreUnavailable when a disk refuses.
std::optional<Grown> grow_ledger(const Ledger& ledger, Store& store);

// What each step does first, for its own sake: the mirror's tiles make what was signed, and its right edge is
// that of the database. Throws as a step does. Gives what is published, if anything is.
std::optional<SignedCheckpoint> examine_ledger(const Ledger& ledger, Store& store);

// Until all that is in the database is under a signed checkpoint.
void grow_ledger_wholly(const Ledger& ledger, Store& store);

// A mirror that is lost is made anew from the database, which must lead to what it knows was signed. Only for
// an operator who vouches that no newer database exists.
void rebuild_mirror(const Ledger& ledger, Store& store);

// The last checkpoint, once the entry at this index is under it: waits for the ledger worker, or does its
// step when nobody is at it. Nothing: `patience` is over.
std::optional<SignedCheckpoint> under_checkpoint(std::uint64_t index, Duration patience, const Ledger& ledger,
                                                 Store& store);

}  // namespace optledger
