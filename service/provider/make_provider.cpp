#include "service/provider/make_provider.hpp"

#include "service/provider/cleverreach.hpp"

namespace optledger {

std::unique_ptr<Provider> make_provider(const CleverReachConfig& config, Entropy& entropy,
                                        std::stop_token abandon) {
  return std::make_unique<CleverReach>(config, entropy, std::move(abandon));
}

}  // namespace optledger
