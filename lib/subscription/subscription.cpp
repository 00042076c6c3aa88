#include "lib/subscription/subscription.hpp"

#include <stdexcept>

namespace optledger {

std::string_view to_text(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::confirmed:
      return "confirmed";
    case SubscriptionState::unsubscribed:
      return "unsubscribed";
    case SubscriptionState::blocked:
      return "blocked";
  }
  return {};
}

SubscriptionState subscription_state_from(std::string_view text) {
  for (const auto state :
       {SubscriptionState::confirmed, SubscriptionState::unsubscribed, SubscriptionState::blocked}) {
    if (text == to_text(state)) return state;
  }
  throw std::invalid_argument("unknown subscription state in the database");
}

}  // namespace optledger
