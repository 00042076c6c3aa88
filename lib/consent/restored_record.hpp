// The record of an operator's saying that the state was restored: it names the places of the ledger whose
// records are lost with the newer database, and nobody.
#pragma once

#include "lib/consent/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Of the places from `first` up to `end`; none, when all that was lost is the mirror.
Record restored_record(std::int64_t first, std::int64_t end, const std::string& reason, Instant now);

// The places such a record names, from its stored JSON; nothing for a record of another kind.
std::optional<std::vector<std::int64_t>> restored_in(std::string_view record);

}  // namespace optledger
