// An operator says that the state was restored: an older database is brought level with what the ledger has
// published, so that it goes on instead of contradicting itself. The step is a record of the ledger.
#pragma once

#include "service/flows/grow_ledger.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <string>

namespace optledger {

// Compares the entries of a copy of the database, one after the other, with those that were published.
class EntriesOfMirror {
 public:
  EntriesOfMirror(const Ledger& ledger, std::uint64_t published) : ledger_(ledger), published_(published) {}
  // The next one, beginning with the first. LedgerContradiction when it is another one; those behind what was
  // published may be any.
  void take(const Digest& entry);

 private:
  const Ledger& ledger_;
  const std::uint64_t published_;
  std::uint64_t next_ = 0;
  std::vector<Digest> bundle_;
};

struct Levelled {
  std::int64_t entries_put_back = 0;  // from the mirror; their records are lost
  bool mirror_made_anew = false;      // from the database, since it was missing
};

// Puts back the entries that only the mirror has, once it is certain that they are what was signed, and that
// all others are equal; `restored` records name them. All in one transaction. A missing mirror is made anew.
// LedgerContradiction when database and mirror are not of one ledger; nothing was changed then.
Levelled level_ledger(const Ledger& ledger, const std::string& reason, Store& store, Clock& clock,
                      Entropy& entropy);

}  // namespace optledger
