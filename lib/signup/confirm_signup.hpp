// The POST that proves the mailbox's owner wants it, and its opposite, "this was not me".
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"

#include <optional>
#include <string>

namespace optledger {

// What a link to a signup means right now. GET shows it, POST acts on it.
enum class LinkState {
  open,        // can be confirmed or cancelled
  confirmed,   // was confirmed by this link
  expired,     // its time is over, or it is erased already
  superseded,  // a newer letter replaced it
  cancelled,
  left,  // the person left after asking, so this link may not bring them back
};

// `signup` is what the token's nonce names; an authentic token without one belongs to an erased signup.
// `suppressions` are the rules that cover its person and list.
LinkState link_state(const std::optional<Signup>& signup, const std::vector<Suppression>& suppressions,
                     Instant now);

struct Confirmation {
  Digest token_hash{};
  std::string method;  // "page" or "api": how the POST came
  Origin origin;
};

struct ConfirmFacts {
  std::optional<Signup> signup;
  std::vector<Suppression> suppressions;     // the rules that cover its person and list
  std::optional<Subscription> subscription;  // of the same address and list, if there is one
};

struct FreshConfirmation {
  Id subscription_nonce{};
  Digest salt{};
};

struct ConfirmDecision {
  LinkState link;                            // as found before this POST; `open` means: confirmed now
  std::optional<Subscription> subscription;  // in force afterwards, when the link is open or confirmed
  Changes changes;
};

ConfirmDecision confirm_signup(const Confirmation& confirmation, const ConfirmFacts& facts, Instant now,
                               const FreshConfirmation& fresh);

struct CancelDecision {
  LinkState link;
  Changes changes;
};

// Erases the evidence of the signup at once and keeps the emptied row until its end, so that the cool-down
// holds. `erased_leaves` are the ledger indexes of its records; the erasure is recorded by naming them.
CancelDecision cancel_signup(const std::optional<Signup>& signup,
                             const std::vector<Suppression>& suppressions,
                             const std::vector<std::int64_t>& erased_leaves, Instant now, const Digest& salt);

}  // namespace optledger
