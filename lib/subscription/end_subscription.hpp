// Leaving a list: by the person's own click, by an operator on their behalf, or by objection. Evidence of the
// consent or permission stays for the proof window and is used for nothing else; nobody is mailed again.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"
#include "lib/consent/proof_window.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct Ending {
  SuppressionKind kind = SuppressionKind::unsubscribed;
  std::string method;                // "page", "one_click", "api", "command", "provider"
  std::optional<Digest> token_hash;  // of the link that was used
  Origin origin;
};

struct EndFacts {
  Fingerprint person;
  std::string list;
  std::optional<Subscription> subscription;
  std::vector<Signup> signups;      // all of this person on this list
  std::optional<Suppression> rule;  // that of exactly this list
};

// When the rule of somebody who has left is forgotten. Whoever was mailed as a customer objects by leaving
// (Art. 21(3) GDPR, § 7 Abs. 3 Nr. 3 UWG): that never is, or the next list of customers would bring them
// back.
std::optional<Instant> forgotten_at(const ProofWindow& window, Instant left_at, LegalBasis basis);

struct EndDecision {
  enum class Outcome {
    ended,         // the subscription was in force, or a block now says more than an unsubscription did
    already,       // it had ended before: nothing new is recorded
    nothing_held,  // nobody of this address is subscribed; the rule holds all the same
  };
  Outcome outcome;
  Changes changes;
};

// Every consent and permission of the person in force on the list is withdrawn and gets its end of the proof
// window; the rule is put down; one record says when and how. A pending signup's link is dead from now on,
// because its request is older than the rule.
EndDecision end_subscription(const Ending& ending, const EndFacts& facts, const ProofWindow& window,
                             Instant now, const Digest& salt);

}  // namespace optledger
