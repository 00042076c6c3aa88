#include "lib/subscription/unsubscribe_link.hpp"

namespace optledger {

std::string unsubscribe_url(std::string_view public_url, const TokenKeys& keys,
                            const Subscription& subscription) {
  return std::string(public_url) + "/unsubscribe/" +
         Token::derive(TokenPurpose::unsubscribe, keys, subscription.nonce).reveal();
}

}  // namespace optledger
