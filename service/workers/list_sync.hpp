// One run for one list: asks what changed at CleverReach, then closes the difference, batch by batch. The
// same for `optledger sync` and for the worker in `serve`.
#pragma once

#include "service/flows/compare_receivers.hpp"
#include "service/flows/sync_receivers.hpp"
#include "service/provider/provider.hpp"
#include "service/workers/receiver_calls.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace optledger {

struct SyncReport {
  int pushed = 0;  // created or changed there
  int deactivated = 0;
  int deleted = 0;
  int foreign = 0;         // left there, and so here
  int refused = 0;         // not taken by CleverReach, tried again later
  int unknown_active = 0;  // mailed there, not known here: only a full run sees them; see --audit
  std::int64_t pending = 0;
  std::int64_t calls = 0;

  void count(const Answered& answered);
  SyncReport& operator+=(const SyncReport& more);
};

class ListSync {
 public:
  // `progress` is told how many receivers are done.
  ListSync(const SyncedList& synced, Provider& provider, std::stop_token stop = {},
           std::function<void(std::int64_t)> progress = {});

  // Each throws what the Provider throws; what is done until then stays done, the rest stays owed.
  void poll();     // who opted out or bounced there since the last time
  void push();     // all that is owed
  void compare();  // every receiver there, and the blacklist

  // The attributes of the group that the configuration names; those that were missing, and are there now. The
  // provider ignores values of attributes that it does not have, so the first push sees to it as well.
  std::vector<std::string> make_attributes();

  const SyncReport& report();  // with what is still owed

 private:
  using Claims = std::vector<ClaimedReceiver>;

  std::vector<std::string> wanted_attributes() const;
  void see_to_attributes();
  void push_batch(const Claims& claims);
  void take(const ClaimedReceiver& claimed, const Answered& answered, std::vector<Settlement>& settlements);
  void create(const Claims& claims, std::vector<Settlement>& settlements);
  void act_alone(const ClaimedReceiver& claimed, std::vector<Settlement>& settlements);
  void remove(const Claims& claims, std::vector<Settlement>& settlements);
  void find_ids(Claims& claims);
  void note(const Compared& compared);
  void poll(ReceiverTime which, Instant from, Instant until);
  void compare_blacklist();
  void look_at_unseen(const std::set<Digest>& seen);

  SyncedList synced_;
  Provider& provider_;
  ReceiverCalls calls_;
  std::stop_token stop_;
  std::function<void(std::int64_t)> progress_;
  std::int64_t calls_before_;
  std::int64_t done_ = 0;
  SyncReport report_;
};

}  // namespace optledger
