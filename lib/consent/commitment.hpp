// Binds a record to the ledger without revealing it: entry = SHA-256(salt || JCS(record)) (interface.md, 5).
// With text and salt erased, nothing left can be matched to a person, and every root stays valid.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/consent/record.hpp"

#include <string>
#include <string_view>

namespace optledger {

struct Commitment {
  std::string canonical;  // JCS(record): what is stored and hashed
  Digest entry{};
};

Commitment commit_to(const Record& record, const Digest& salt);

Digest entry_of(std::string_view canonical, const Digest& salt);

}  // namespace optledger
