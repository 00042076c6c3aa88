// A person asks what is held about them. Whatever is held, the caller learns the same: the answer goes to the
// mailbox, whose owner alone may know, also when it is "nothing" (T2.10, T2.12).
#pragma once

#include "lib/change.hpp"

#include <string>
#include <vector>

namespace optledger {

struct AccessRequest {
  EmailAddress address;
  std::string locale;
  LetterBasis letter;
};

struct AccessFacts {
  Fingerprint person;
  bool is_held = false;                   // anything at all, if only a rule or a receipt
  std::vector<Suppression> suppressions;  // all rules about the person
  std::vector<PrivacyRequest> requests;   // all of the person, also closed ones
};

struct AccessDecision {
  enum class Outcome {
    asked,            // a letter goes out: with a link, or saying that nothing is held
    repeated,         // a letter went out a moment ago: the inbox is protected, the earlier link works
    left_to_officer,  // no letter may go to a blocked address: the request waits for a human answer
  };
  Outcome outcome;
  Changes changes;
};

AccessDecision request_access(const AccessRequest& request, const AccessFacts& facts, Instant now,
                              const Id& fresh);

// For a decision that left out what a first question costs: the same about nobody, and its end, to be applied
// beside it, so that the time of the answer says nothing either.
Changes rehearsal(const AccessDecision& decision, const AccessRequest& request, Instant now, const Id& fresh);

// How long the link works: long enough for a letter that a greylist holds back, no longer.
inline constexpr Duration privacy_link_life = std::chrono::hours{24};

// A stranger who keeps typing an address can make us write to it this often.
inline constexpr Duration between_privacy_letters = std::chrono::hours{1};
inline constexpr int privacy_letters_a_day = 3;

}  // namespace optledger
