// The state of one address on one list, once it has been confirmed or permitted. (`pending` is a signup
// without a subscription, `erased` is nothing at all.)
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

enum class SubscriptionState { confirmed, unsubscribed, blocked };

std::string_view to_text(SubscriptionState state);
SubscriptionState subscription_state_from(std::string_view text);  // throws std::invalid_argument

struct Subscription {
  std::string list;
  Fingerprint fingerprint;
  Id nonce{};              // of the unsubscribe token: stable as long as the subscription exists
  Id signup{};             // the signup that is the consent or permission in force, or was the last one
  Instant confirmed_at{};  // since when it is in force
  SubscriptionState state = SubscriptionState::confirmed;
  std::optional<Instant> ended_at = {};  // absent while in force
};

}  // namespace optledger
