#include "lib/retention/forget.hpp"

#include <algorithm>

namespace optledger {

Changes erase_signups(const std::vector<DueSignup>& signups, ErasureCause cause, Instant now,
                      const Digest& salt) {
  Changes changes;
  std::vector<std::int64_t> leaves;
  for (const auto& signup : signups) {
    changes.push_back(EraseSignup{signup.id});
    leaves.insert(leaves.end(), signup.leaf_indices.begin(), signup.leaf_indices.end());
  }
  if (leaves.empty()) return changes;
  std::sort(leaves.begin(), leaves.end());
  changes.push_back(AppendRecord{erased_record(leaves, cause, now), salt, std::nullopt});
  return changes;
}

Changes forget(const DueForDeletion& due, Instant now, const ForgetSalts& salts) {
  auto changes = erase_signups(due.unconfirmed, ErasureCause::unconfirmed, now, salts.unconfirmed);
  const auto held = erase_signups(due.held, ErasureCause::retention, now, salts.held);
  changes.insert(changes.end(), held.begin(), held.end());
  for (const auto& rule : due.suppressions) changes.push_back(LiftSuppression{rule.person, rule.list});
  for (const auto receipt : due.receipts) changes.push_back(ForgetReceipt{receipt});
  for (const auto act : due.operator_acts) changes.push_back(ForgetOperatorAct{act});
  for (const auto& request : due.privacy_addresses) changes.push_back(ForgetPrivacyAddress{request});
  for (const auto& request : due.privacy_requests) changes.push_back(ForgetPrivacyRequest{request});
  for (const auto& call : due.webhook_calls) changes.push_back(ForgetWebhookCall{call});
  for (const auto& delivery : due.webhook_deliveries) changes.push_back(delivery);
  return changes;
}

}  // namespace optledger
