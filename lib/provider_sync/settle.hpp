// What becomes of a receiver after an answer of the provider: what it holds now, the record of the change,
// and whether more is owed. Each takes the standing as it is now, which may have changed since the call was
// made.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/provider_sync/next_step.hpp"
#include "lib/subscription/end_subscription.hpp"

#include <optional>
#include <string>

namespace optledger {

// A change that we made there.
struct ProviderChange {
  enum class What { created, updated, reactivated, deactivated, deleted };
  What what;
  std::string answer;                       // the provider's own word for it, without an address
  std::optional<std::string> provider_id;   // when told
  std::optional<Json> content;              // what was sent, where something was
  std::optional<Instant> deactivated = {};  // the provider's time for it, when nobody else can have done it
};

struct SettleFacts {
  ProviderStanding standing;
  ProviderReceiver known;         // as it stands now; `look` only when the hint came after the call
  std::optional<Digest> content;  // the hash of what is wanted now, when it is wanted active
};

Digest hash_of(const Json& content);

// The change is acknowledged. Recorded with the evidence of the person, as long as there is any.
Changes settle_change(const SettleFacts& facts, const ProviderChange& change, Instant now,
                      const Digest& salt);

// A look showed nothing that has to be sent or recorded: theirs is `seen`.
Changes settle_look(const SettleFacts& facts, Acknowledged seen,
                    const std::optional<std::string>& provider_id, Instant now);

// They left there: recorded, and ended here, whatever is pending. `seen`: how they are there now.
struct ForeignFacts {
  EndFacts end;  // of the same person and list
  ProviderReceiver known;
  std::optional<std::string> provider_id;
  Acknowledged seen = Acknowledged::inactive;
  std::string source;  // how we learned of it: "push", "hook", "poll", "full"
};
struct ForeignSalts {
  Digest change{};
  Digest end{};
};
Changes settle_foreign(const ForeignFacts& facts, const ForeignChange& change, const ProofWindow& window,
                       Instant now, const ForeignSalts& salts);

// The provider did not take it, or the answer is lost: owed again later. `told`: not before that.
Changes settle_failure(const ProviderReceiver& known, Instant now, std::optional<Duration> told);

}  // namespace optledger
