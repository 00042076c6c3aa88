#include "lib/subscription/unsubscribe_link.hpp"

namespace optledger {

std::string unsubscribe_url(std::string_view public_url, const TokenKey& key,
                            const Subscription& subscription) {
  return std::string(public_url) + "/unsubscribe/" +
         Token::derive(TokenPurpose::unsubscribe, key, subscription.nonce).reveal();
}

}  // namespace optledger
