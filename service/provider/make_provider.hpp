// The provider that a list's configuration names.
#pragma once

#include "service/provider/provider.hpp"
#include "service/world/entropy.hpp"

#include <memory>
#include <stop_token>

namespace optledger {

// `abandon` ends waits at once and breaks off a call within about a second.
std::unique_ptr<Provider> make_provider(const CleverReachConfig& config, Entropy& entropy,
                                        std::stop_token abandon = {});

}  // namespace optledger
