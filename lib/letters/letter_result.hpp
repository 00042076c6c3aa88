// What becomes of a letter after a try: sent, tried again, or given up. Every end is evidence.
#pragma once

#include "lib/change.hpp"

#include <string>
#include <vector>

namespace optledger {

struct SentLetter {
  Digest letter{};  // SHA-256 of the letter with its token masked
  Digest token_hash{};
  std::string message_id;
  std::string envelope_from;
  std::string envelope_to;
};

enum class DeliveryOutcome { accepted, temporary, refused };

struct LetterPolicy {
  std::vector<Duration> retry;  // waits before the next tries; the last one repeats until the token dies
};

struct LetterAttempt {
  Signup signup;
  SentLetter letter;
  int attempts = 0;  // before this one
  DeliveryOutcome outcome;
  std::string reply;
};

// A letter that answers a privacy request is no evidence of a consent: its delivery closes the request. One
// that cannot be delivered leaves it open, so that an officer answers in another way.
struct PrivacyLetterAttempt {
  PrivacyRequest request;
  int attempts = 0;  // before this one
  DeliveryOutcome outcome;
};
Changes record_privacy_letter_result(const PrivacyLetterAttempt& attempt, const LetterPolicy& policy,
                                     Instant now, double jitter);

// `jitter` in [0, 1) spreads retries over up to a tenth of the wait, so that an outage does not end in a
// stampede.
Changes record_letter_result(const LetterAttempt& attempt, const LetterPolicy& policy, Instant now,
                             double jitter, const Digest& salt);

}  // namespace optledger
