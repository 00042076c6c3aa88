// The closed set of changes a decision may ask for: facts about tables, nothing else. A decision returns them
// as values; the store applies them inside the transaction that read the decision's facts.
#pragma once

#include "lib/consent/record.hpp"
#include "lib/privacy/erasure_receipt.hpp"
#include "lib/privacy/privacy_request.hpp"
#include "lib/provider_sync/provider_receiver.hpp"
#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"
#include "lib/suppression/suppression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
struct ConfirmSignup {
  Id signup{};
  Instant confirmed_at{};
};
// "This was not me": state cancelled, address and name gone, in one step.
struct CancelSignup {
  Id signup{};
};
// Deletes the records of a signup: text and salt go, the commitments in the ledger stay.
struct EraseRecords {
  Id signup{};
};
// The consent ends: state withdrawn, kept as evidence until `held_until`.
struct WithdrawSignup {
  Id signup{};
  Instant withdrawn_at{};
  Instant held_until{};
};
// Deletes the signup with its records, its letter task and the subscription that rests on it; what the
// provider holds of it is owed from then on.
struct EraseSignup {
  Id signup{};
};
struct UpsertSubscription {
  Subscription subscription;
};
struct EndSubscription {
  Fingerprint person;
  std::string list;
  SubscriptionState state;
  Instant ended_at{};
};
// Puts the rule in place of any other about the same person and list.
struct Suppress {
  Suppression rule;
};
struct LiftSuppression {
  Fingerprint person;
  std::optional<std::string> list;  // the rule's own: absent means the rule for every list
};
struct KeepReceipt {
  ErasureReceipt receipt;
};
struct ForgetReceipt {
  std::int64_t receipt = 0;  // as the store numbers them
};
struct ForgetOperatorAct {
  std::int64_t act = 0;  // as the store numbers them
};
struct SetName {
  Id signup{};
  std::optional<std::string> name;
};
// Processing is restricted on every list: a suppression of the kind `restricted`.
struct Restrict {
  Fingerprint person;
  Instant since{};
};
struct LiftRestriction {
  Fingerprint person;
};
struct InsertPrivacyRequest {
  PrivacyRequest request;
};
// Replaces what the link has been used for.
struct UsePrivacyLink {
  Id request{};
  std::vector<PrivacyRight> used;
};
struct ClosePrivacyRequest {
  Id request{};
  RequestEnd end;
};
// The address goes, and with it the link.
struct ForgetPrivacyAddress {
  Id request{};
};
struct ForgetPrivacyRequest {
  Id request{};
};
// Appends to the ledger. A record without a signup belongs to no person (`erased`).
struct AppendRecord {
  Record record;
  Digest salt{};
  std::optional<Id> signup;
};
// Something about the person has changed that the provider may have to know. What that is, is decided when it
// is sent, by what is true then.
struct OweReceiver {
  Fingerprint person;
  std::string list;
  Instant due_at{};
};
// The provider hinted that something changed there.
struct LookAtReceiver {
  std::string list;
  std::string provider_id;
  Instant due_at{};
};
struct PutReceiver {
  ProviderReceiver receiver;
};
struct ForgetReceiver {
  Fingerprint person;
  std::string list;
};
enum class LetterKind { confirmation, privacy };
constexpr std::string_view to_text(LetterKind kind) {
  return kind == LetterKind::privacy ? "privacy" : "confirmation";
}
// `about` in all of these: the signup that the letter confirms, or the privacy request that it answers.
struct EnqueueLetter {
  Id about{};
  Instant due_at{};
  LetterKind kind = LetterKind::confirmation;
};
// The holder of a lease alone may send the letter; after `until` anybody may try again.
struct LeaseLetter {
  Id about{};
  Instant until{};
};
struct RescheduleLetter {
  Id about{};
  Instant due_at{};
  int attempts = 0;
};
struct RemoveLetter {
  Id about{};
};

// A signed sign-up call was taken: the same one again is answered alike and records nothing.
struct KeepWebhookCall {
  Digest call{};  // keyed hash of the list and the call's own id
  Instant kept_until{};
};
struct ForgetWebhookCall {
  Digest call{};
};
struct ForgetWebhookDelivery {
  std::string endpoint;
  std::int64_t leaf_index = 0;
};

using Change =
    std::variant<InsertSignup, SetSignupState, ConfirmSignup, CancelSignup, EraseRecords, WithdrawSignup,
                 EraseSignup, UpsertSubscription, EndSubscription, Suppress, LiftSuppression, KeepReceipt,
                 ForgetReceipt, ForgetOperatorAct, SetName, Restrict, LiftRestriction, InsertPrivacyRequest,
                 UsePrivacyLink, ClosePrivacyRequest, ForgetPrivacyAddress, ForgetPrivacyRequest, OweReceiver,
                 LookAtReceiver, PutReceiver, ForgetReceiver, AppendRecord, EnqueueLetter, LeaseLetter,
                 RescheduleLetter, RemoveLetter, KeepWebhookCall, ForgetWebhookCall, ForgetWebhookDelivery>;
using Changes = std::vector<Change>;

}  // namespace optledger
