// Receivers that are owed to the provider: claimed in one transaction, changed there by a worker, what came
// of it settled in another. One run at a time for each list, so nothing is leased; a run that breaks off
// leaves what it claimed owed.
#pragma once

#include "lib/provider_sync/settle.hpp"
#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace optledger {

// One list with a group at the provider, and what every flow about it stands on.
struct SyncedList {
  const ListConfig& list;  // its cleverreach is there
  const std::string& public_url;
  const ProofWindow& window;
  const Keys& keys;
  Store& store;
  Clock& clock;
  Entropy& entropy;
};

struct ClaimedReceiver {
  Step step = Step::none;
  ProviderReceiver known;
  ProviderStanding standing;
  std::optional<DesiredReceiver> desired = {};  // when wanted active
};

// At most `limit` of those that are due. Whoever is sent for the first time is noted as sent before it
// happens, so that a lost answer is known to be lost.
std::vector<ClaimedReceiver> claim_receivers(int limit, const SyncedList& synced);

// Before the call that brings somebody back over a deactivation. Should the run break off before they have
// been read again, the next one begins with that: they may have left by their own hand in between.
void note_return(const ProviderReceiver& claimed, const SyncedList& synced);

// What the provider answered, or what a look there showed.
struct SeenThere {
  Acknowledged seen;
  std::optional<std::string> provider_id;
  bool differs = false;  // the facts there are not ours
};
struct LeftThere {
  ForeignChange change;
  std::optional<std::string> provider_id;
  Acknowledged seen;
  std::string source;  // "push", "hook", "poll", "full"
};
struct NotDone {
  std::optional<Duration> not_before;
};
using Answered = std::variant<ProviderChange, SeenThere, LeftThere, NotDone>;

struct Settlement {
  ProviderReceiver known;  // as claimed
  Answered answered;
};

// All of them in one transaction, with the standing as it is now.
void settle_receivers(const std::vector<Settlement>& settlements, const SyncedList& synced);

// Of a person on this list, for whoever has only their fingerprint.
ProviderStanding standing_of(const Fingerprint& person, const std::string& list, Reading& reading);
DesiredReceiver desired_of(const ProviderStanding& standing, const SyncedList& synced);

}  // namespace optledger
