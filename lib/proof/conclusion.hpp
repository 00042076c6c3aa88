// What the records of one address on one list say in the end. Anybody can recompute it from the same records
// (interface.md, 5); only held_until also needs the operator's proof window.
#pragma once

#include "lib/base/json.hpp"
#include "lib/consent/proof_window.hpp"

#include <vector>

namespace optledger {

// {"state", "consent_given_at", "consent_withdrawn_at", "held_until"}, all always present. A permission is no
// consent: it gives none, and its end withdraws none, but its evidence is held for the same time. `records`:
// their JSON in ledger order. Throws when one lacks `kind` or `at`, or an end has no RFC 3339 time.
Json conclude(const std::vector<Json>& records, const ProofWindow& window);

// The permission that the records end with, when they hold no consent: {"permitted_at", "ended_at"}; else
// null.
Json conclude_permission(const std::vector<Json>& records);

}  // namespace optledger
