// Do the tables say what the records say? Records are held by the ledger; signup, subscription, suppression
// and restriction only repeat them, so whoever edits one of these by hand contradicts a record. What no
// record can tell is left out here, and docs/evidence.md says what that is.
#pragma once

#include "lib/base/token.hpp"
#include "lib/evidence/standing.hpp"

#include <optional>
#include <string>

namespace optledger {

struct EvidenceTerms {
  FingerprintKey fingerprint_key;
  TokenKeys token_keys;
  Instant now{};
  // When evidence was last erased, by the `erased` records: something may be missing since then that is named
  // there, and not who it was about.
  std::optional<Instant> last_erasure;
};

// One sentence for the first contradiction, without an address; nothing: there is none.
std::optional<std::string> contradiction(const PersonStanding& standing, const EvidenceTerms& terms);

}  // namespace optledger
