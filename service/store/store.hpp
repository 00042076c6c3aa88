// Where facts are kept. The promise of every engine: when `write` returns, what it did is on disk; when it
// throws, nothing of it ever was. Facts read inside `write` cannot change before its changes are applied.
#pragma once

#include "lib/change.hpp"
#include "lib/evidence/entry_audit.hpp"
#include "lib/letters/letter_result.hpp"
#include "lib/retention/forget.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace optledger {

// The store cannot be used right now (disk full, locked, read-only): the caller answers 503 and may try
// again.
struct StoreUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One piece of evidence as stored: `body` is the canonical JSON that was hashed with `salt`.
struct StoredRecord {
  std::int64_t leaf_index = 0;
  Digest salt{};
  std::string body;
};

// A timestamp authority's word about one signed checkpoint.
struct LedgerTimestamp {
  std::int64_t tree_size = 0;  // what the checkpoint says
  std::string checkpoint;      // the signed note, byte for byte as it was stamped
  std::string token;           // RFC 3161, DER
  Instant stamped_at{};        // by the authority's clock
  Instant received_at{};       // by ours
};

struct StoredDocument {
  Digest sha256{};
  std::string text;
};

// Since when a list has had a consent text.
struct WordingUse {
  std::string list;
  Digest sha256{};
  Instant first_used_at{};
};

struct NotedCounts {
  std::int64_t rules = 0;
  std::int64_t receipts = 0;
};

struct DueLetter {
  std::variant<Signup, PrivacyRequest> about;
  int attempts = 0;
};

struct ApiKey {
  std::string name;
  std::vector<std::string> scopes;
  Instant created_at{};
  std::optional<Instant> revoked_at;
};

// How far an endpoint has been told what happened. Disabled: it said that it is gone (410), and an operator
// has not said otherwise since.
struct WebhookEndpoint {
  std::string id;
  std::int64_t next_leaf = 0;
  std::optional<Instant> disabled_at;
};

// A record that an endpoint is owed, by its place: what it says is read when it is sent.
struct WebhookDelivery {
  std::string endpoint;
  std::int64_t leaf_index = 0;
  int attempts = 0;
  std::optional<Instant> due_at;  // none: given up
  Instant kept_until{};
};

struct WebhookCounts {
  std::int64_t waiting = 0;
  std::int64_t given_up = 0;
};

struct PersonOnOneList {
  Fingerprint person;
  std::string list;
};

// What an operator did with a person's data: "proof", "permit", "unsubscribe", "block", "unblock", "erase".
struct OperatorAct {
  Instant at{};
  std::string verb;
  std::string operator_name;  // "key:NAME" or "user:NAME"
  std::string reason;
  std::optional<std::string> list;
  Instant kept_until{};  // as long as what they did can be asked about
};

// How much a retention run deletes, or has deleted; says nothing about anybody.
struct DeletionCounts {
  std::int64_t unconfirmed = 0;
  std::int64_t held = 0;
  std::int64_t suppressions = 0;
  std::int64_t receipts = 0;
  std::int64_t operator_acts = 0;
  std::int64_t privacy_addresses = 0;
  std::int64_t privacy_requests = 0;
  std::int64_t webhook_calls = 0;
  std::int64_t webhook_deliveries = 0;

  std::int64_t sum() const;
};

// What is counted, by the name under which logs, metrics and receipts call it.
inline constexpr std::array<std::pair<const char*, std::int64_t DeletionCounts::*>, 9> deletion_counts = {{
    {"unconfirmed", &DeletionCounts::unconfirmed},
    {"held", &DeletionCounts::held},
    {"suppressions", &DeletionCounts::suppressions},
    {"receipts", &DeletionCounts::receipts},
    {"operator_acts", &DeletionCounts::operator_acts},
    {"privacy_addresses", &DeletionCounts::privacy_addresses},
    {"privacy_requests", &DeletionCounts::privacy_requests},
    {"webhook_calls", &DeletionCounts::webhook_calls},
    {"webhook_deliveries", &DeletionCounts::webhook_deliveries},
}};

inline std::int64_t DeletionCounts::sum() const {
  std::int64_t all = 0;
  for (const auto& [name, count] : deletion_counts) all += this->*count;
  return all;
}

class Reading {
 public:
  virtual ~Reading() = default;

  virtual std::optional<Signup> signup(const Id& id) = 0;
  // All signups of a person on a list, oldest first, cancelled ones too.
  virtual std::vector<Signup> signups(const Fingerprint& person, std::string_view list) = 0;
  // On all lists, by list.
  virtual std::vector<Signup> signups(const Fingerprint& person) = 0;
  // Who has signups, cancelled ones too, in the order of their fingerprints: the first ones from `first` on.
  virtual std::vector<Fingerprint> persons(const Fingerprint& first, int limit) = 0;
  virtual std::vector<std::string> lists_of(const Fingerprint& person) = 0;
  // Of whom evidence is held where, in the order of their keys, for reading all of them in pages: the first
  // ones behind `last`, or the first of all.
  virtual std::vector<PersonOnOneList> people_with_evidence(const std::optional<PersonOnOneList>& last,
                                                            int limit) = 0;
  virtual std::optional<Subscription> subscription(const Fingerprint& person, std::string_view list) = 0;
  // Those in force, of anybody, in the order of their keys, for reading all of them in pages: the first ones
  // behind `last`, or the first of all.
  virtual std::vector<Subscription> subscriptions_in_force(const std::optional<Subscription>& last,
                                                           int limit) = 0;
  // One that rests on another person's signup, or one to another list. There is none.
  virtual std::optional<Subscription> misplaced_subscription() = 0;
  // By the nonce of its unsubscribe token.
  virtual std::optional<Subscription> subscription(const Id& nonce) = 0;
  virtual std::vector<StoredRecord> records(const Id& signup) = 0;
  virtual std::int64_t count_records(const Id& signup) = 0;
  // The first ones at this index or behind it.
  virtual std::vector<StoredRecord> records_without_person(std::int64_t from_index, int limit) = 0;
  virtual std::optional<Digest> ledger_entry(std::int64_t index) = 0;
  // Those at this index and behind it. A gap, which there is none, ends them.
  virtual std::vector<Digest> ledger_entries(std::int64_t from_index, int limit) = 0;
  // The same with the records behind them. A gap is given as it is.
  virtual std::vector<EntryRow> entry_rows(std::int64_t from_index, int limit) = 0;
  // Whose record stands at this index and has this entry; none: erased, or it is another one's.
  virtual std::optional<Id> signup_of_entry(std::int64_t index, const Digest& entry) = 0;
  // The rules about a person, those for every list first, a restriction before all.
  virtual std::vector<Suppression> suppressions(const Fingerprint& person) = 0;
  // Rules of anybody but restrictions, in the order of their keys, for reading all of them in pages: the
  // first ones behind `last`, or the first of all.
  virtual std::vector<Suppression> suppressions(const std::optional<Suppression>& last, int limit) = 0;
  // What the journal of departures does not have as it stands.
  virtual std::vector<Suppression> suppressions_to_note(int limit) = 0;
  virtual std::vector<ErasureReceipt> erasure_receipts_to_note(int limit) = 0;
  // What it is said to have as it stands, and what is not over at `now`.
  virtual NotedCounts count_noted(Instant now) = 0;
  virtual bool is_noted(const Suppression& rule) = 0;
  virtual std::vector<ErasureReceipt> erasure_receipts(const Fingerprint& person) = 0;
  virtual std::optional<PrivacyRequest> privacy_request(const Id& id) = 0;
  virtual std::vector<PrivacyRequest> privacy_requests(const Fingerprint& person) = 0;  // oldest first
  virtual std::vector<PrivacyRequest> open_privacy_requests() = 0;  // of anybody, the most urgent first
  virtual std::vector<PrivacyRequest> all_privacy_requests() = 0;   // the same with the closed ones
  virtual std::optional<ProviderReceiver> receiver(const Fingerprint& person, std::string_view list) = 0;
  virtual bool has_due_receiver(std::string_view list, Instant now) = 0;
  virtual std::vector<ProviderReceiver> due_receivers(std::string_view list, Instant now, int limit) = 0;
  virtual std::int64_t count_owed_receivers(std::string_view list) = 0;
  // In the order of their fingerprints: the first ones behind `last`.
  virtual std::vector<ProviderReceiver> receivers(std::string_view list, const Fingerprint& last,
                                                  int limit) = 0;
  // What is due at `now`: at most `limit` of each kind, or how much there is of each.
  virtual DueForDeletion due_for_deletion(Instant now, int limit) = 0;
  virtual DeletionCounts count_due_for_deletion(Instant now) = 0;

  virtual bool has_due_letter(Instant now) = 0;
  virtual std::vector<DueLetter> due_letters(Instant now, int limit) = 0;

  virtual std::optional<std::string> document(const Digest& sha256) = 0;
  // All of them in the order of their hashes: the first ones from `first` on.
  virtual std::vector<StoredDocument> documents(const Digest& first, int limit) = 0;
  virtual std::vector<WordingUse> wordings() = 0;
  virtual bool knows_wording(std::string_view list, const Digest& sha256) = 0;

  virtual std::optional<ApiKey> api_key(const Digest& hash) = 0;
  virtual std::vector<ApiKey> api_keys() = 0;
  virtual std::vector<OperatorAct> acts_about(const Fingerprint& person) = 0;
  virtual std::optional<std::string> meta(std::string_view name) = 0;
  virtual std::int64_t ledger_size() = 0;
  // In the order of their sizes: the first ones of larger trees than this.
  virtual std::vector<LedgerTimestamp> ledger_timestamps(std::int64_t larger_than, int limit) = 0;
  virtual std::optional<LedgerTimestamp> last_ledger_timestamp() = 0;

  virtual bool knows_webhook_call(const Digest& call) = 0;
  virtual std::optional<WebhookEndpoint> webhook_endpoint(std::string_view id) = 0;
  // The longest due first, and of those the first that happened.
  virtual std::vector<WebhookDelivery> due_webhook_deliveries(std::string_view endpoint, Instant now,
                                                              int limit) = 0;
  virtual WebhookCounts count_webhook_deliveries(std::string_view endpoint) = 0;
};

class Transaction : public Reading {
 public:
  virtual void apply(const Changes& changes) = 0;

  // Behind the last entry: one that an older copy of the database has lost, and its record with it.
  virtual void put_back_entry(const Digest& entry) = 0;

  // Ends every lease: for the start of the only `serve`, when the holders are known to be gone.
  virtual void release_letter_leases() = 0;

  // Operators' bookkeeping, which no rule decides about.
  virtual void keep_document(const Digest& sha256, std::string_view text) = 0;
  virtual void keep_wording(std::string_view list, std::string_view language, const Digest& sha256,
                            Instant now) = 0;
  virtual void keep_act(const OperatorAct& act, const Fingerprint& person) = 0;
  virtual void note_suppression(const Suppression& rule) = 0;  // unless it has changed since it was read
  virtual void note_erasure_receipt(const ErasureReceipt& receipt) = 0;
  virtual void note_nothing() = 0;  // all rules and receipts are to be noted again
  virtual void keep_deletion_receipt(Instant at, const DeletionCounts& deleted) = 0;
  virtual bool add_api_key(const ApiKey& key, const Digest& hash) = 0;       // false: the name is taken
  virtual bool revoke_api_key(std::string_view name, Instant now) = 0;       // false: no such live key
  virtual void keep_ledger_timestamp(const LedgerTimestamp& timestamp) = 0;  // the first of a size stays
  virtual void put_webhook_endpoint(const WebhookEndpoint& endpoint) = 0;
  virtual void put_webhook_delivery(const WebhookDelivery& delivery) = 0;
  virtual void end_webhook_delivery(std::string_view endpoint, std::int64_t leaf_index) = 0;
  virtual void retry_webhook_deliveries(std::string_view endpoint, Instant now) = 0;  // all, as if new
  virtual void keep_meta(std::string_view name, std::string_view value) = 0;          // first value stays
  virtual void put_meta(std::string_view name, std::string_view value) = 0;           // last value wins
};

// That nobody else does the same work: held until it goes, also by a process that is killed.
class RunLock {
 public:
  virtual ~RunLock() = default;
};

class Store {
 public:
  virtual ~Store() = default;

  // Runs `work` on a consistent view. Any thread.
  virtual void read(const std::function<void(Reading&)>& work) = 0;

  // Runs `work` in a transaction and returns after it is on disk. An exception from `work` undoes all of it
  // and is rethrown. Any thread; `work` may run on another one.
  virtual void write(const std::function<void(Transaction&)>& work) = 0;

  // The only lock of this name, or nothing while somebody else holds it, in this process or another.
  virtual std::unique_ptr<RunLock> try_lock(std::string_view name) = 0;

  // True at opening, since a process that was killed may have left a log with what it erased, and from every
  // erasure until purge_deleted() succeeds.
  virtual bool has_traces() const = 0;

  // After an erasure: no byte of what was deleted stays in any file of the store. False: readers were in the
  // way, try again.
  virtual bool purge_deleted() = 0;

  // Full check of structure and references; an empty list is health, else one line for each finding.
  virtual std::vector<std::string> verify_integrity() = 0;
};

template <typename Work>
auto read_from(Store& store, Work&& work) {
  std::optional<std::invoke_result_t<Work, Reading&>> result;
  store.read([&](Reading& reading) { result.emplace(work(reading)); });
  return std::move(*result);
}

template <typename Work>
auto write_to(Store& store, Work&& work) {
  std::optional<std::invoke_result_t<Work, Transaction&>> result;
  store.write([&](Transaction& transaction) { result.emplace(work(transaction)); });
  return std::move(*result);
}

}  // namespace optledger
