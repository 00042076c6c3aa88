// Existing customers become subscribed without consent: one by a call, or some hundred at a time from a file.
#pragma once

#include "lib/subscription/permit.hpp"
#include "service/config/config.hpp"
#include "service/flows/import_suppressions.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace optledger {

// The lists there are; the only one is meant when a row names none.
PermissionTerms permission_terms(const Config& config, Instant now);

struct PermitResult {
  PermitDecision::Outcome outcome;
  std::optional<Subscription> subscription;  // in force afterwards; absent when suppressed
  LegalBasis basis;                          // what that rests on
};

// The call is noted as an act of the operator, whatever comes of it.
PermitResult permit_customer(const Permission& permission, const std::string& operator_name,
                             const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy);

struct PermitCounts {
  std::int64_t permitted = 0;
  std::int64_t already = 0;
  std::int64_t suppressed = 0;

  PermitCounts& operator+=(const PermitCounts& more);
};

// One transaction: all of these or none. Repeated, nothing changes any more.
PermitCounts permit_customers(const std::vector<Permission>& permissions, ImportMode mode,
                              const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy);

// For whatever subscribes somebody who has not asked here.
PermitFacts permit_facts(const EmailAddress& address, const std::string& list, const FingerprintKey& key,
                         Reading& reading);
FreshPermit fresh_permit(Instant now, Entropy& entropy);

}  // namespace optledger
