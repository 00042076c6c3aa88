// `ledger verify` on a stage: its database, with the mirror and the journal of departures that lie beside it,
// if they do.
#pragma once

#include "service/flows/verify_ledger.hpp"
#include "tests/flows/stage.hpp"

namespace optledger::test {

Ledger ledger_beside(const std::filesystem::path& database);
DepartureJournal journal_beside(const std::filesystem::path& database);

VerifiedLedger verify(Stage& stage);
VerifiedLedger verify(const std::filesystem::path& database, Store& store, Clock& clock);

}  // namespace optledger::test
