// The record of an erasure: it names the emptied places of the ledger and nobody. A missing record that no
// `erased` names is tampering.
#pragma once

#include "lib/consent/record.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace optledger {

enum class ErasureCause { request, retention, unconfirmed };

std::string_view to_text(ErasureCause cause);
std::optional<ErasureCause> erasure_cause_from(std::string_view text);

Record erased_record(const std::vector<std::int64_t>& leaf_indices, ErasureCause cause, Instant now);

struct Erasure {
  ErasureCause cause;
  std::vector<std::int64_t> leaf_indices;
};

// What such a record says, from its stored JSON; nothing for a record of another kind.
std::optional<Erasure> erasure_in(std::string_view record);

}  // namespace optledger
