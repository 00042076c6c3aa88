// What to do next about one receiver, from what is wanted and what is known; and what a fresh look at the
// provider means. Suppression first: when ours and theirs disagree, nobody is mailed.
#pragma once

#include "lib/provider_sync/provider_receiver.hpp"
#include "lib/provider_sync/wanted.hpp"

#include <optional>

namespace optledger {

enum class Step {
  none,
  forget,  // nothing is there and nothing should be: the row goes
  look,    // read before anything is sent
  create,  // send all with both times; takes effect for a new address, and for one that was never opted out
  update,  // change the facts of somebody who is known to be active; never creates anybody
  deactivate,  // there, when they are there
  remove,      // from the provider, when they are there
};

// `content`: the hash of what is wanted, when it is wanted active.
Step next_step(Wanted wanted, const ProviderReceiver& known, const std::optional<Digest>& content);

struct ForeignChange {
  enum class What {
    unsubscribed,  // opted out there at or after our confirmation
    deactivated,   // made inactive there without a time
    bounced,       // for good, after our confirmation
    blacklisted,
    deleted,
  };
  What what;
  std::optional<Instant> at;  // the provider's time for it
};

std::string_view to_text(ForeignChange::What what);

// Not when it was confirmed after that moment. What has no time ends every one: in doubt nobody is mailed.
bool ends_consent(const ForeignChange& change, Instant confirmed_at);

struct Verdict {
  enum class Kind {
    as_wanted,   // mailed there
    missing,     // not there, and never was as far as we know
    reactivate,  // opted out there before they confirmed here, or inactive by our own act
    not_taken,   // there and not mailed, for no reason we know
    foreign,     // they left there
  };
  Kind kind;
  std::optional<ForeignChange> foreign;
};

// Of somebody who is wanted active: `theirs` is a fresh read, none when the provider does not have them;
// `before` what was known until now.
Verdict judge(const ProviderStanding& standing, const ProviderReceiver& before,
              const std::optional<Receiver>& theirs);

}  // namespace optledger
