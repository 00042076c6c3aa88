// A person asks to join a list. Decides whether a letter goes out; never whether the caller learns anything:
// the answer is the same for every state of the address.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"
#include "lib/person/person_name.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct SignupRequest {
  EmailAddress address;
  std::string list;
  std::optional<PersonName> name;
  std::string locale;                 // one of the list's languages
  std::vector<std::string> purposes;  // what the person chose, "newsletter" first
  Digest wording{};                   // the version the person saw
  bool wording_stated = false;        // false: the form did not say, the current version is assumed
  std::optional<Digest> privacy_notice;
  std::optional<std::string> source_url;
  std::optional<Instant> signed_up_at;  // by an authenticated backend's clock
  Origin origin;
  LetterBasis letter;
  std::optional<Digest> call = {};  // of a signed call, which may come again
};

struct SignupFacts {
  Fingerprint fingerprint;
  std::vector<Signup> signups;            // all of this address and list
  bool wording_known = true;              // the stated version is one this list has shown
  std::vector<Suppression> suppressions;  // the rules that cover this person on this list
  bool call_known = false;                // this very call was taken before
  std::int64_t records = 0;               // kept with the signup that is pending
};

// What somebody who signs a stranger up again and again can add to the evidence about them: no repeat is kept
// when the pending signup has this many records.
inline constexpr std::int64_t most_records_while_pending = 20;

struct SignupPolicy {
  Duration unconfirmed{};       // how long the link lives
  int letters_per_address = 1;  // counts signups that are unconfirmed and younger than the window
  Duration window{};
};

// Drawn once by the caller; a decision has no randomness of its own.
struct FreshSignup {
  Id id{};
  Digest salt{};
};

// Senders try for three days (Standard Webhooks, schedule of retries); whoever records a call and sends it
// again is stopped by its timestamp long before.
constexpr Duration call_memory = std::chrono::days(7);

struct SignupDecision {
  enum class Outcome {
    requested,        // a new signup with its letter
    repeated,         // recorded without a letter: the cool-down protects the inbox
    ignored,          // cool-down after "this was not me", or repeats beyond number: nothing is recorded
    blocked,          // the person is not to be written to, or restricted: no letter, nothing recorded
    unknown_wording,  // refused: nobody can have agreed to a text that was never shown
    replayed,         // a signed call that was taken before: nothing is recorded once more
  };
  Outcome outcome;
  Changes changes;
};

SignupDecision request_signup(const SignupRequest& request, const SignupFacts& facts,
                              const SignupPolicy& policy, Instant now, const FreshSignup& fresh);

// For a decision that left out what a first sign-up costs: the same about nobody, and its erasure, to be
// applied beside it, so that the time of the answer does not tell a known address from a new one (T6.2).
// Erased and not rolled back: SQLite leaves copies of rows in free pages when it takes a savepoint back.
Changes rehearsal(const SignupDecision& decision, const SignupRequest& request, const SignupPolicy& policy,
                  Instant now, const FreshSignup& fresh);

}  // namespace optledger
