// What remains of a person who asked to be erased and declared that they had consented: enough to answer a
// later claim, without address or IP (T2.8). It goes when the proof window would have ended.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct ConsentPeriod {
  Instant confirmed_at{};
  std::optional<Instant> withdrawn_at;  // absent: in force until the erasure
};

struct ErasureReceipt {
  Fingerprint person;
  std::string list;
  Digest declaration{};  // the wording of what the person declared, kept as a document
  std::string method;    // how the request came: "page", "api", "command"
  std::vector<ConsentPeriod> consents;
  Instant erased_at{};
  Instant kept_until{};
};

// As it is stored and as it is shown; the person and the list stand beside it.
Json consents_to_json(const std::vector<ConsentPeriod>& consents);
std::vector<ConsentPeriod> consents_from_json(const Json& json);  // throws on anything it did not write

}  // namespace optledger
