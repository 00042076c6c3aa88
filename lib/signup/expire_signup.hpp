// Unconfirmed signups are erased completely at the end of their period (T1.11): person, evidence, letter.
#pragma once

#include "lib/change.hpp"

#include <cstdint>
#include <vector>

namespace optledger {

struct ExpiredSignup {
  Id id{};
  std::vector<std::int64_t> leaf_indices;  // of its records
};

// One `erased` record names the emptied leaves of the whole batch. No signups: no changes.
Changes expire_signups(const std::vector<ExpiredSignup>& expired, Instant now, const Digest& salt);

}  // namespace optledger
