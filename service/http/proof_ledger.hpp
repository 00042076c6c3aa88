// What a proof's page says about the public ledger: where each record stands in it, what was signed, and who
// else has said so.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace optledger::http {

class ProofFacts;

// What an authority's token (RFC 3161) says about a checkpoint; nothing when it does not hold.
struct StampedBy {
  Instant at{};
  std::string authority;
};
using ReadTimestamp =
    std::function<std::optional<StampedBy>(std::string_view token, std::string_view checkpoint)>;

// By the certificate in the token itself: whether that is one to trust is the verifier's business.
std::optional<StampedBy> stamped_by(std::string_view token, std::string_view checkpoint);

// The values of the page's section; false for a proof that has no ledger's word. A timestamp that cannot be
// read is named by its hash.
Json ledger_values(const Json& proof, const ProofFacts& facts, const ReadTimestamp& read_timestamp);

// Where the record of this evidence stands in the tree, for its original; nothing to say without a ledger.
Json place_in_ledger(const Json& evidence);

}  // namespace optledger::http
