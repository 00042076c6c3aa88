// What is due is deleted completely: unconfirmed signups at the end of their period (T1.11), withdrawn
// consents at the end of the proof window (T2.1), rules of leaving, erasure receipts, privacy requests and
// the notes of what operators did at the end of theirs; the address of a privacy request with its link;
// what is remembered of webhooks.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/erased_record.hpp"

#include <cstdint>
#include <vector>

namespace optledger {

struct DueSignup {
  Id id{};
  std::vector<std::int64_t> leaf_indices;  // of its records
};

struct DueForDeletion {
  std::vector<DueSignup> unconfirmed;
  std::vector<DueSignup> held;  // withdrawn, their proof window over
  std::vector<Suppression> suppressions;
  std::vector<std::int64_t> receipts;
  std::vector<std::int64_t> operator_acts;
  std::vector<Id> privacy_addresses;  // of requests that are answered, their link over
  std::vector<Id> privacy_requests;
  std::vector<Digest> webhook_calls;                      // nobody repeats them any more
  std::vector<ForgetWebhookDelivery> webhook_deliveries;  // that nobody took

  bool empty() const {
    return unconfirmed.empty() && held.empty() && suppressions.empty() && receipts.empty() &&
           operator_acts.empty() && privacy_addresses.empty() && privacy_requests.empty() &&
           webhook_calls.empty() && webhook_deliveries.empty();
  }
};

// The signups go with all that belongs to them, and one `erased` record names the emptied leaves.
Changes erase_signups(const std::vector<DueSignup>& signups, ErasureCause cause, Instant now,
                      const Digest& salt);

struct ForgetSalts {
  Digest unconfirmed{};
  Digest held{};
};

// One `erased` record for each cause names the emptied leaves of the whole batch. Nothing due: no changes.
Changes forget(const DueForDeletion& due, Instant now, const ForgetSalts& salts);

}  // namespace optledger
