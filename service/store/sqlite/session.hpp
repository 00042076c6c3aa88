// Reading and changing through one SQLite connection: the words of the product on one side, rows on the
// other.
#pragma once

#include "service/store/sqlite/connection.hpp"
#include "service/store/store.hpp"

namespace optledger::sqlite {

// How a rule for every list stands in the suppression table; no list can have this name.
constexpr std::string_view every_list = "*";

class Session final : public Transaction {
 public:
  explicit Session(Connection& connection) : connection_(connection) {}

  std::optional<Signup> signup(const Id& id) override;
  std::vector<Signup> signups(const Fingerprint& person, std::string_view list) override;
  std::vector<Signup> signups(const Fingerprint& person) override;
  std::vector<Fingerprint> persons(const Fingerprint& first, int limit) override;
  std::vector<std::string> lists_of(const Fingerprint& person) override;
  std::vector<PersonOnOneList> people_with_evidence(const std::optional<PersonOnOneList>& last,
                                                    int limit) override;
  std::optional<Subscription> subscription(const Fingerprint& person, std::string_view list) override;
  std::vector<Subscription> subscriptions_in_force(const std::optional<Subscription>& last,
                                                   int limit) override;
  std::optional<Subscription> misplaced_subscription() override;
  std::optional<Subscription> subscription(const Id& nonce) override;
  std::vector<StoredRecord> records(const Id& signup) override;
  std::int64_t count_records(const Id& signup) override;
  std::vector<StoredRecord> records_without_person(std::int64_t from_index, int limit) override;
  std::optional<Digest> ledger_entry(std::int64_t index) override;
  std::vector<Digest> ledger_entries(std::int64_t from_index, int limit) override;
  std::vector<EntryRow> entry_rows(std::int64_t from_index, int limit) override;
  std::optional<Id> signup_of_entry(std::int64_t index, const Digest& entry) override;
  std::vector<Suppression> suppressions(const Fingerprint& person) override;
  std::vector<Suppression> suppressions(const std::optional<Suppression>& last, int limit) override;
  std::vector<Suppression> suppressions_to_note(int limit) override;
  std::vector<ErasureReceipt> erasure_receipts_to_note(int limit) override;
  NotedCounts count_noted(Instant now) override;
  bool is_noted(const Suppression& rule) override;
  std::vector<ErasureReceipt> erasure_receipts(const Fingerprint& person) override;
  std::optional<PrivacyRequest> privacy_request(const Id& id) override;
  std::vector<PrivacyRequest> privacy_requests(const Fingerprint& person) override;
  std::vector<PrivacyRequest> open_privacy_requests() override;
  std::vector<PrivacyRequest> all_privacy_requests() override;
  std::optional<ProviderReceiver> receiver(const Fingerprint& person, std::string_view list) override;
  bool has_due_receiver(std::string_view list, Instant now) override;
  std::vector<ProviderReceiver> due_receivers(std::string_view list, Instant now, int limit) override;
  std::int64_t count_owed_receivers(std::string_view list) override;
  std::vector<ProviderReceiver> receivers(std::string_view list, const Fingerprint& last, int limit) override;
  DueForDeletion due_for_deletion(Instant now, int limit) override;
  DeletionCounts count_due_for_deletion(Instant now) override;
  bool has_due_letter(Instant now) override;
  std::vector<DueLetter> due_letters(Instant now, int limit) override;
  std::optional<std::string> document(const Digest& sha256) override;
  std::vector<StoredDocument> documents(const Digest& first, int limit) override;
  std::vector<WordingUse> wordings() override;
  bool knows_wording(std::string_view list, const Digest& sha256) override;
  std::optional<ApiKey> api_key(const Digest& hash) override;
  std::vector<ApiKey> api_keys() override;
  std::vector<OperatorAct> acts_about(const Fingerprint& person) override;
  std::optional<std::string> meta(std::string_view name) override;
  std::int64_t ledger_size() override;
  std::vector<LedgerTimestamp> ledger_timestamps(std::int64_t larger_than, int limit) override;
  std::optional<LedgerTimestamp> last_ledger_timestamp() override;

  bool knows_webhook_call(const Digest& call) override;
  std::optional<WebhookEndpoint> webhook_endpoint(std::string_view id) override;
  std::vector<WebhookDelivery> due_webhook_deliveries(std::string_view endpoint, Instant now,
                                                      int limit) override;
  WebhookCounts count_webhook_deliveries(std::string_view endpoint) override;

  // True once after changes that deleted personal data.
  bool take_erased() { return std::exchange(erased_, false); }

  void apply(const Changes& changes) override;
  void put_back_entry(const Digest& entry) override;
  void release_letter_leases() override;
  void keep_document(const Digest& sha256, std::string_view text) override;
  void keep_wording(std::string_view list, std::string_view language, const Digest& sha256,
                    Instant now) override;
  void keep_act(const OperatorAct& act, const Fingerprint& person) override;
  void note_suppression(const Suppression& rule) override;
  void note_erasure_receipt(const ErasureReceipt& receipt) override;
  void note_nothing() override;
  void keep_deletion_receipt(Instant at, const DeletionCounts& deleted) override;
  bool add_api_key(const ApiKey& key, const Digest& hash) override;
  bool revoke_api_key(std::string_view name, Instant now) override;
  void keep_ledger_timestamp(const LedgerTimestamp& timestamp) override;
  void put_webhook_endpoint(const WebhookEndpoint& endpoint) override;
  void put_webhook_delivery(const WebhookDelivery& delivery) override;
  void end_webhook_delivery(std::string_view endpoint, std::int64_t leaf_index) override;
  void retry_webhook_deliveries(std::string_view endpoint, Instant now) override;
  void keep_meta(std::string_view name, std::string_view value) override;
  void put_meta(std::string_view name, std::string_view value) override;

 private:
  void apply_one(const InsertSignup& change);
  void apply_one(const SetSignupState& change);
  void apply_one(const ConfirmSignup& change);
  void apply_one(const CancelSignup& change);
  void apply_one(const EraseRecords& change);
  void apply_one(const WithdrawSignup& change);
  void apply_one(const EraseSignup& change);
  void apply_one(const UpsertSubscription& change);
  void apply_one(const EndSubscription& change);
  void apply_one(const Suppress& change);
  void apply_one(const LiftSuppression& change);
  void apply_one(const KeepReceipt& change);
  void apply_one(const ForgetReceipt& change);
  void apply_one(const ForgetOperatorAct& change);
  void apply_one(const SetName& change);
  void apply_one(const Restrict& change);
  void apply_one(const LiftRestriction& change);
  void apply_one(const InsertPrivacyRequest& change);
  void apply_one(const UsePrivacyLink& change);
  void apply_one(const ClosePrivacyRequest& change);
  void apply_one(const ForgetPrivacyAddress& change);
  void apply_one(const ForgetPrivacyRequest& change);
  void apply_one(const OweReceiver& change);
  void apply_one(const LookAtReceiver& change);
  void apply_one(const PutReceiver& change);
  void apply_one(const ForgetReceiver& change);
  void apply_one(const AppendRecord& change);
  void apply_one(const EnqueueLetter& change);
  void apply_one(const LeaseLetter& change);
  void apply_one(const RescheduleLetter& change);
  void apply_one(const RemoveLetter& change);
  void apply_one(const KeepWebhookCall& change);
  void apply_one(const ForgetWebhookCall& change);
  void apply_one(const ForgetWebhookDelivery& change);

  std::vector<DueSignup> due_signups(std::string_view query_name, Instant now, int limit);
  std::vector<std::int64_t> due_rows(std::string_view query_name, Instant now, int limit);
  std::vector<Id> due_ids(std::string_view query_name, Instant now, int limit);
  void add_due_webhooks(Instant now, int limit, DueForDeletion& due);
  std::int64_t count(std::string_view query_name, Instant now);

  template <typename... Values>
  int exec(std::string_view query_name, const Values&... values) {
    Run run(connection_.statement(query_name));
    run.bind(values...);
    return run.exec();
  }

  Connection& connection_;
  bool erased_ = false;
};

}  // namespace optledger::sqlite
