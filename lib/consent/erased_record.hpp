// The record of an erasure: it names the emptied places of the ledger and nobody. A missing record that no
// `erased` names is tampering.
#pragma once

#include "lib/consent/record.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace optledger {

enum class ErasureCause { request, retention, unconfirmed };

Record erased_record(const std::vector<std::int64_t>& leaf_indices, ErasureCause cause, Instant now);

}  // namespace optledger
