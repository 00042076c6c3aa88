// Receivers that predate this service become subscriptions of foreign origin, page by page.
#pragma once

#include "lib/provider_sync/adopt.hpp"
#include "service/flows/sync_receivers.hpp"

#include <string>
#include <vector>

namespace optledger {

struct AdoptCounts {
  int adopted = 0;
  int already = 0;
  int suppressed = 0;
  int not_active = 0;
  int no_address = 0;  // what stands there is none that can be mailed
};

// One transaction. `operator_name` and `reason` are noted with each person who is taken over. Repeated,
// nothing changes any more.
void adopt_receivers(const std::vector<Receiver>& page, const std::string& operator_name,
                     const std::string& reason, const SyncedList& synced, AdoptCounts& counts);

}  // namespace optledger
