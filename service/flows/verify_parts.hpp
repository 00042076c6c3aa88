// The three parts of verify_ledger().
#pragma once

#include "lib/evidence/entry_audit.hpp"
#include "service/flows/verify_ledger.hpp"

namespace optledger {

using Difference = std::optional<std::string>;

// Entries against records, mirror and checkpoints.
Difference verify_entries(const VerifyParts& parts, EntryAudit& audit, std::int64_t& published);

// Texts against their names; signups, subscriptions, restrictions, letters and operators' acts against the
// records.
Difference verify_standings(const VerifyParts& parts, const EntryAudit& audit, std::int64_t& persons);

// Rules of leaving, erasure receipts and erased places against the journal.
Difference verify_departures(const VerifyParts& parts);

}  // namespace optledger
