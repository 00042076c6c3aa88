#include "lib/signup/expire_signup.hpp"

#include "lib/consent/erased_record.hpp"

#include <algorithm>

namespace optledger {

Changes expire_signups(const std::vector<ExpiredSignup>& expired, Instant now, const Digest& salt) {
  Changes changes;
  std::vector<std::int64_t> leaves;
  for (const auto& signup : expired) {
    changes.push_back(EraseSignup{signup.id});
    leaves.insert(leaves.end(), signup.leaf_indices.begin(), signup.leaf_indices.end());
  }
  if (leaves.empty()) return changes;
  std::sort(leaves.begin(), leaves.end());
  changes.push_back(AppendRecord{erased_record(leaves, ErasureCause::unconfirmed, now), salt, std::nullopt});
  return changes;
}

}  // namespace optledger
