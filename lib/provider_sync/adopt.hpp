// A receiver that the provider mailed before this service was there, taken over as a consent of foreign
// origin: what the provider says about it is all there is, and every record says so. It never overrides a
// rule, and it is no proof: only a double opt-in of our own is.
#pragma once

#include "lib/change.hpp"
#include "lib/provider_sync/receiver.hpp"
#include "lib/subscription/permit.hpp"

#include <string>

namespace optledger {

struct AdoptDecision {
  enum class Outcome {
    adopted,
    already,     // subscribed here: nothing is recorded
    suppressed,  // left, objected or was erased here, at whatever time: nothing is changed
    not_active,  // is not mailed there
  };
  Outcome outcome;
  Changes changes;
};

// `theirs` as read from the list's group; its address parsed. `name`: as the provider has it, when it is one.
AdoptDecision adopt(const Receiver& theirs, const EmailAddress& address,
                    const std::optional<std::string>& name, const std::string& list, const PermitFacts& facts,
                    Instant now, const FreshPermit& fresh);

}  // namespace optledger
