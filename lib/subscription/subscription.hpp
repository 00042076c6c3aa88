// The state of one address on one list, once it has been confirmed. (`pending` is a signup without a
// subscription.)
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/person/fingerprint.hpp"

#include <string>

namespace optledger {

struct Subscription {
  std::string list;
  Fingerprint fingerprint;
  Id nonce{};   // of the unsubscribe token: stable as long as the subscription exists
  Id signup{};  // the signup whose confirmation is the consent in force
  Instant confirmed_at{};
};

}  // namespace optledger
