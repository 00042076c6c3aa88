// Lifts a block for an operator's stated reason. It makes nobody active: the person is then in the state of
// somebody who has unsubscribed, and a fresh, confirmed signup is what brings them back.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"
#include "lib/consent/proof_window.hpp"

#include <optional>
#include <string>

namespace optledger {

struct Unblocking {
  std::string method;  // "api" or "command"
  std::string reason;  // kept in the record
  Origin origin;
};

struct UnblockFacts {
  Suppression rule;                          // the block itself
  std::optional<Subscription> subscription;  // when the rule names a list and the person was subscribed to it
  std::optional<Signup> consent;             // what that subscription rests on
};

// Only for a rule that blocks.
Changes unblock(const Unblocking& unblocking, const UnblockFacts& facts, const ProofWindow& window,
                Instant now, const Digest& salt);

}  // namespace optledger
