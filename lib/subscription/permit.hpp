// A person becomes subscribed without having asked, because the law permits it. Nobody is written to for it,
// and whoever has left, objected or was erased with a rule is never brought back by it.
#pragma once

#include "lib/change.hpp"
#include "lib/subscription/permission.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct PermitFacts {
  Fingerprint person;
  std::optional<Subscription> subscription;  // of this person to this list, also an ended one
  std::optional<Signup> rests_on;            // what that one rests on
  std::vector<Suppression> suppressions;     // the rules that cover the person and list
};

struct FreshPermit {
  Id signup{};
  Id subscription_nonce{};
  Digest salt{};
};

struct PermitDecision {
  enum class Outcome {
    permitted,
    already,     // subscribed before, by consent or permission: nothing is recorded
    suppressed,  // a rule forbids it, of whatever kind and however old: nothing is changed
  };
  Outcome outcome;
  std::optional<Subscription> subscription;  // in force afterwards; absent when suppressed
  LegalBasis basis;                          // what that rests on
  Changes changes;
};

// `method`: how it came, "api" or "import". A signup that waits for its confirmation stays what it is: once
// confirmed, it is a consent and takes the permission's place.
PermitDecision permit(const Permission& permission, const std::string& method, const PermitFacts& facts,
                      Instant now, const FreshPermit& fresh);

}  // namespace optledger
