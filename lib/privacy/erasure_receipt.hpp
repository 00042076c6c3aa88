// What remains of a person who asked to be erased and declared that they had rightly been mailed: enough to
// answer a later claim, without address or IP (T2.8). It goes when the proof window would have ended.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/consent/legal_basis.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

// When the person could be mailed, and why.
struct BasisPeriod {
  LegalBasis basis = LegalBasis::double_opt_in;
  Instant since{};
  std::optional<Instant> until;  // absent: in force until the erasure
};

struct ErasureReceipt {
  Fingerprint person;
  std::string list;
  Digest declaration{};  // the wording of what the person declared, kept as a document
  std::string method;    // how the request came: "page", "api", "command"
  std::vector<BasisPeriod> periods;
  Instant erased_at{};
  Instant kept_until{};
};

// As they are stored.
Json to_json(const std::vector<BasisPeriod>& periods);
std::vector<BasisPeriod> periods_from_json(const Json& json);  // throws on anything it did not write

// As they are shown, with `basis` in each: what was a consent is called so, and nothing else is.
Json consents_among(const std::vector<BasisPeriod>& periods);
Json permissions_among(const std::vector<BasisPeriod>& periods);

}  // namespace optledger
