// Everything that is evidence, held against everything that can tell: entries against records, tiles, roots
// and checkpoints, the tables against the records, the rules of leaving against the journal of departures.
// Reads in pages, so that it runs beside a `serve` without being in anybody's way, and needs no memory that
// grows with the database but two bits for an entry. What it covers, and what no record can tell:
// docs/evidence.md.
#pragma once

#include "service/config/key_files.hpp"
#include "service/flows/ledger.hpp"
#include "service/store/departure_journal.hpp"
#include "service/world/clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace optledger {

struct VerifiedLedger {
  std::int64_t entries = 0;    // in the database
  std::int64_t published = 0;  // of them under a signed checkpoint; the others are still to be appended
  std::int64_t erased = 0;     // without a record, and named as such
  std::int64_t persons = 0;    // whose tables were recomputed
  std::optional<std::string> difference;  // one sentence for the first one; nothing: all of it fits
};

// What was looked at so far: entries first, then persons.
using VerifyProgress = std::function<void(std::int64_t count, const char* what)>;

struct VerifyParts {
  const Ledger& ledger;
  const Keys& keys;
  const DepartureJournal& journal;
  Store& store;
  Clock& clock;
  VerifyProgress progress = [](std::int64_t, const char*) {};
};

VerifiedLedger verify_ledger(const VerifyParts& parts);

// A moment's part of it, for `check`: the last thousand records are what their entries commit to.
std::optional<std::string> problem_with_last_records(Store& store);

}  // namespace optledger
