#include "lib/consent/commitment.hpp"
#include "service/store/sqlite/session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace optledger::sqlite {

void Session::apply(const Changes& changes) {
  for (const auto& change : changes) {
    std::visit([this](const auto& one) { apply_one(one); }, change);
  }
}

void Session::apply_one(const InsertSignup& change) {
  const auto& signup = change.signup;
  std::optional<Digest> letter_template;
  std::optional<Digest> letter_facts;
  if (signup.letter) {
    letter_template = signup.letter->letter_template;
    letter_facts = signup.letter->facts;
  }
  exec("insert_signup", signup.id, signup.list, signup.fingerprint.bytes, signup.address.value().text(),
       signup.name, signup.locale, letter_template, letter_facts, to_text(signup.state), signup.requested_at,
       signup.expires_at, signup.confirmed_at, to_text(signup.basis));
}

void Session::apply_one(const SetSignupState& change) {
  exec("set_signup_state", to_text(change.state), change.signup);
}

void Session::apply_one(const ConfirmSignup& change) {
  exec("confirm_signup", change.confirmed_at, change.signup);
}

void Session::apply_one(const CancelSignup& change) {
  exec("cancel_signup", change.signup);
  erased_ = true;
}

void Session::apply_one(const EraseRecords& change) {
  exec("delete_records_of_signup", change.signup);
  erased_ = true;
}

void Session::apply_one(const WithdrawSignup& change) {
  exec("withdraw_signup", change.withdrawn_at, change.held_until, change.signup);
}

void Session::apply_one(const EraseSignup& change) {
  exec("delete_restriction_with_last_signup", change.signup);
  exec("delete_unsent_receiver_of_signup", change.signup);
  exec("owe_receiver_of_signup", change.signup);
  exec("delete_letter_task", change.signup);
  exec("delete_subscription_of_signup", change.signup);
  exec("delete_records_of_signup", change.signup);
  exec("delete_signup", change.signup);
  erased_ = true;
}

void Session::apply_one(const UpsertSubscription& change) {
  const auto& subscription = change.subscription;
  exec("upsert_subscription", subscription.fingerprint.bytes, subscription.list, subscription.nonce,
       subscription.signup, subscription.confirmed_at, to_text(subscription.state), subscription.ended_at);
}

void Session::apply_one(const EndSubscription& change) {
  exec("end_subscription", to_text(change.state), change.ended_at, change.person.bytes, change.list);
}

void Session::apply_one(const Suppress& change) {
  const auto& rule = change.rule;
  exec("put_suppression", rule.person.bytes, rule.list.value_or(std::string(every_list)), to_text(rule.kind),
       rule.since, rule.until);
}

void Session::apply_one(const LiftSuppression& change) {
  exec("delete_suppression", change.person.bytes, change.list.value_or(std::string(every_list)));
}

void Session::apply_one(const KeepReceipt& change) {
  const auto& receipt = change.receipt;
  exec("insert_erasure_receipt", receipt.person.bytes, receipt.list, receipt.declaration, receipt.method,
       to_canonical_json(to_json(receipt.periods)), receipt.erased_at, receipt.kept_until);
}

void Session::apply_one(const ForgetOperatorAct& change) { exec("delete_operator_act", change.act); }

void Session::apply_one(const ForgetReceipt& change) { exec("delete_erasure_receipt", change.receipt); }

void Session::apply_one(const AppendRecord& change) {
  const auto commitment = commit_to(change.record, change.salt);
  const auto leaf_index = ledger_size();
  exec("insert_ledger_entry", leaf_index, commitment.entry);
  exec("insert_record", leaf_index, change.signup, change.salt, commitment.canonical);
}

void Session::put_back_entry(const Digest& entry) { exec("insert_ledger_entry", ledger_size(), entry); }

void Session::apply_one(const EnqueueLetter& change) {
  exec("insert_letter_task", change.about, to_text(change.kind), change.due_at);
}

void Session::apply_one(const LeaseLetter& change) { exec("lease_letter_task", change.until, change.about); }

void Session::apply_one(const RescheduleLetter& change) {
  exec("reschedule_letter_task", change.due_at, change.attempts, change.about);
}

void Session::apply_one(const RemoveLetter& change) { exec("delete_letter_task", change.about); }

void Session::release_letter_leases() { exec("release_letter_leases"); }

void Session::keep_document(const Digest& sha256, std::string_view text) {
  exec("insert_document", sha256, text);
}

void Session::keep_wording(std::string_view list, std::string_view language, const Digest& sha256,
                           Instant now) {
  exec("insert_wording", list, language, sha256, now);
}

void Session::keep_act(const OperatorAct& act, const Fingerprint& person) {
  exec("insert_operator_act", act.at, act.verb, act.operator_name, act.reason, act.list, person.bytes,
       act.kept_until);
}

void Session::keep_deletion_receipt(Instant at, const DeletionCounts& deleted) {
  exec("insert_deletion_receipt", at, deleted.unconfirmed, deleted.held, deleted.suppressions,
       deleted.receipts, deleted.operator_acts, deleted.privacy_addresses, deleted.privacy_requests,
       deleted.webhook_calls, deleted.webhook_deliveries);
}

bool Session::add_api_key(const ApiKey& key, const Digest& hash) {
  return exec("insert_api_key", key.name, hash, fmt::format("{}", fmt::join(key.scopes, ",")),
              key.created_at) == 1;
}

bool Session::revoke_api_key(std::string_view name, Instant now) {
  return exec("revoke_api_key", now, name) == 1;
}

void Session::keep_meta(std::string_view name, std::string_view value) { exec("insert_meta", name, value); }

void Session::put_meta(std::string_view name, std::string_view value) { exec("put_meta", name, value); }

}  // namespace optledger::sqlite
