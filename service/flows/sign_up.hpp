// A person asks to join a list: facts, decision, changes and letter in one transaction.
#pragma once

#include "lib/signup/request_signup.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

namespace optledger {

SignupDecision::Outcome sign_up(const SignupRequest& request, const SignupPolicy& policy,
                                const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
