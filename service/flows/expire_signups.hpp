// The retention of unconfirmed signups: erased completely when their period is over.
#pragma once

#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

namespace optledger {

// Erases at most `limit` of them in one transaction and says how many. The bytes leave the files with the
// store's purge_deleted(), once after the last call.
int expire_some_signups(int limit, Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
