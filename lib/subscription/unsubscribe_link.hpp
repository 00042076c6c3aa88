// The link by which a person leaves a list: stable as long as their subscription is, so every newsletter can
// carry it.
#pragma once

#include "lib/base/token.hpp"
#include "lib/subscription/subscription.hpp"

#include <string>
#include <string_view>

namespace optledger {

// `public_url` without a trailing slash.
std::string unsubscribe_url(std::string_view public_url, const TokenKeys& keys,
                            const Subscription& subscription);

}  // namespace optledger
