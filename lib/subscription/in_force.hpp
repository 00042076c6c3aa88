// Does a rule of leaving still hold against what somebody's subscription rests on?
#pragma once

#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"
#include "lib/suppression/suppression.hpp"

#include <optional>
#include <vector>

namespace optledger {

// True when the person asked, by a double opt-in, after they had left: then the rule does not hold against
// it. A permission is nobody's wish, so it is newer than no withdrawal (§ 7 Abs. 3 Nr. 3 UWG).
bool overtakes(const Signup& signup, const Suppression& rule);

// The subscription is in force, and every rule that covers its person and list is overtaken by what it rests
// on.
bool may_be_mailed(const Subscription& subscription, const std::optional<Signup>& rests_on,
                   const std::vector<Suppression>& rules);

}  // namespace optledger
