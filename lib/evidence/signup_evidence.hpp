// One signup against its own records: whose it is, how it began, when it was confirmed.
#pragma once

#include "lib/evidence/contradiction.hpp"
#include "lib/evidence/doubt.hpp"

namespace optledger {

void examine_signup(const SignupStanding& standing, const EvidenceTerms& terms, Doubt& doubt);

}  // namespace optledger
