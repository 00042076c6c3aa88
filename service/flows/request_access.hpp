// A person asks for the link to their data: facts, decision and letter in one transaction.
#pragma once

#include "lib/privacy/request_access.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

namespace optledger {

AccessDecision::Outcome ask_for_access(const AccessRequest& request, const FingerprintKey& key, Store& store,
                                       Clock& clock, Entropy& entropy);

}  // namespace optledger
