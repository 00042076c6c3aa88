// The closed set of changes a decision may ask for: facts about tables, nothing else. A decision returns them
// as values; the store applies them inside the transaction that read the decision's facts.
#pragma once

#include "lib/consent/record.hpp"
#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace optledger {

struct InsertSignup {
  Signup signup;
};
struct SetSignupState {
  Id signup{};
  SignupState state;
};
// "This was not me": state cancelled, address and name gone, in one step.
struct CancelSignup {
  Id signup{};
};
// Deletes the records of a signup: text and salt go, the commitments in the ledger stay.
struct EraseRecords {
  Id signup{};
};
// Deletes the signup with its records and its letter task.
struct EraseSignup {
  Id signup{};
};
struct UpsertSubscription {
  Subscription subscription;
};
// Appends to the ledger. A record without a signup belongs to no person (`erased`).
struct AppendRecord {
  Record record;
  Digest salt{};
  std::optional<Id> signup;
};
struct EnqueueLetter {
  Id signup{};
  Instant due_at{};
};
// The holder of a lease alone may send the letter; after `until` anybody may try again.
struct LeaseLetter {
  Id signup{};
  Instant until{};
};
struct RescheduleLetter {
  Id signup{};
  Instant due_at{};
  int attempts = 0;
};
struct RemoveLetter {
  Id signup{};
};

using Change =
    std::variant<InsertSignup, SetSignupState, CancelSignup, EraseRecords, EraseSignup, UpsertSubscription,
                 AppendRecord, EnqueueLetter, LeaseLetter, RescheduleLetter, RemoveLetter>;
using Changes = std::vector<Change>;

}  // namespace optledger
