// One receiver at CleverReach: the calls that its next step needs, and what their answers mean. Nothing is
// believed to be so until it has been read back, and nobody is brought back without a look right before.
#pragma once

#include "service/flows/sync_receivers.hpp"
#include "service/provider/provider.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

// How they are called there: by the provider's own number where we know it, since an address may have been
// changed there. Empty: erased here, and never heard of from there.
std::string name_there(const ClaimedReceiver& claimed);

// The answer that a deletion is recorded with when there was somebody to delete.
inline constexpr std::string_view was_deleted = "true";

// Each throws what the Provider throws.
class ReceiverCalls {
 public:
  ReceiverCalls(const SyncedList& synced, Provider& provider) : synced_(synced), provider_(provider) {}

  Answered answer_to_upsert(const ClaimedReceiver& claimed, const UpsertOutcome& outcome);
  Answered update(const ClaimedReceiver& claimed);
  Answered look(const ClaimedReceiver& claimed, const std::string& source);
  Answered deactivate(const ClaimedReceiver& claimed);
  Answered remove(const ClaimedReceiver& claimed);

 private:
  Answered judged(const ClaimedReceiver& claimed, const std::optional<Receiver>& theirs,
                  ProviderChange::What what);
  Answered reactivate(const ClaimedReceiver& claimed);
  std::optional<Receiver> find_there(const ClaimedReceiver& claimed);

  SyncedList synced_;
  Provider& provider_;
};

}  // namespace optledger
