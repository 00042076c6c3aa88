// What the provider holds against what is true here, page by page: who left there has left here too, who is
// mailed there against our will is owed a deactivation.
#pragma once

#include "service/flows/sync_receivers.hpp"

#include <set>
#include <string>
#include <vector>

namespace optledger {

struct Compared {
  int foreign = 0;                          // left there
  int owed = 0;                             // differ, and are put right by the next push
  std::vector<Fingerprint> persons;         // all that the page is about
  std::vector<std::string> unknown_active;  // ids of receivers mailed there of whom we hold nothing
};

// A page as the provider gave it. `source`: "poll" or "full".
Compared compare_receivers(const std::vector<Receiver>& page, const std::string& source,
                           const SyncedList& synced);

// Addresses on the provider's blacklist; how many of them left here by that.
int note_blacklisted(const std::vector<std::string>& addresses, const SyncedList& synced);

// Those who should be there and were not seen there: to be looked at one by one, since pages are not of one
// moment. The first ones behind `last`, in the order of their fingerprints; `last` moves on, and is empty at
// the end.
std::vector<ClaimedReceiver> not_seen(const std::set<Digest>& seen, std::optional<Fingerprint>& last,
                                      int limit, const SyncedList& synced);

// The row of a person of whom there may be none yet.
ProviderReceiver known_or_new(const Fingerprint& person, const std::string& list, Reading& reading);

}  // namespace optledger
