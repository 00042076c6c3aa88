#include "service/store/sqlite/columns.hpp"
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {
namespace {

std::optional<LetterBasis> letter_from(const Run& row) {
  const auto letter_template = row.optional_bytes<Digest>(6);
  if (!letter_template) return std::nullopt;
  return LetterBasis{.letter_template = *letter_template, .facts = row.bytes<Digest>(7)};
}

// Columns as in signup_by_nonce.
Signup signup_from(const Run& row) {
  return {
      .id = row.bytes<Id>(0),
      .list = row.text(1),
      .fingerprint = {row.bytes<Digest>(2)},
      .address = address_from(row.optional_text(3)),
      .name = row.optional_text(4),
      .locale = row.text(5),
      .letter = letter_from(row),
      .state = signup_state_from(row.text(8)),
      .requested_at = row.instant(9),
      .expires_at = row.instant(10),
      .confirmed_at = row.optional_instant(11),
      .withdrawn_at = row.optional_instant(12),
      .held_until = row.optional_instant(13),
      .basis = legal_basis_from(row.text(14)).value(),
  };
}

// Columns as in subscription_of_person.
Subscription subscription_from(const Run& row) {
  return {
      .list = row.text(1),
      .fingerprint = {row.bytes<Digest>(0)},
      .nonce = row.bytes<Id>(2),
      .signup = row.bytes<Id>(3),
      .confirmed_at = row.instant(4),
      .state = subscription_state_from(row.text(5)),
      .ended_at = row.optional_instant(6),
  };
}

ApiKey api_key_from(const Run& row) {
  return {row.text(0), split_commas(row.text(1)), row.instant(2), row.optional_instant(3)};
}

}  // namespace

std::optional<Signup> Session::signup(const Id& id) {
  Run run(connection_.statement("signup_by_nonce"));
  run.bind(id);
  if (!run.step()) return std::nullopt;
  return signup_from(run);
}

std::vector<Signup> Session::signups(const Fingerprint& person, std::string_view list) {
  Run run(connection_.statement("signups_of_person"));
  run.bind(person.bytes, list);
  std::vector<Signup> signups;
  while (run.step()) signups.push_back(signup_from(run));
  return signups;
}

std::vector<Signup> Session::signups(const Fingerprint& person) {
  Run run(connection_.statement("signups_of_person_on_all_lists"));
  run.bind(person.bytes);
  std::vector<Signup> signups;
  while (run.step()) signups.push_back(signup_from(run));
  return signups;
}

std::vector<Fingerprint> Session::persons(const Fingerprint& first, int limit) {
  Run run(connection_.statement("persons_with_signups"));
  run.bind(first.bytes, limit);
  std::vector<Fingerprint> persons;
  while (run.step()) persons.push_back({run.bytes<Digest>(0)});
  return persons;
}

std::vector<std::string> Session::lists_of(const Fingerprint& person) {
  Run run(connection_.statement("lists_of_person"));
  run.bind(person.bytes);
  std::vector<std::string> lists;
  while (run.step()) lists.push_back(run.text(0));
  return lists;
}

std::vector<PersonOnOneList> Session::people_with_evidence(const std::optional<PersonOnOneList>& last,
                                                           int limit) {
  // No list has an empty name, so that this is before every key there can be.
  const auto before = last.value_or(PersonOnOneList{});
  Run run(connection_.statement("people_with_evidence"));
  run.bind(before.person.bytes, before.list, limit);
  std::vector<PersonOnOneList> people;
  while (run.step()) people.push_back({Fingerprint{run.bytes<Digest>(0)}, run.text(1)});
  return people;
}

std::optional<Subscription> Session::subscription(const Fingerprint& person, std::string_view list) {
  Run run(connection_.statement("subscription_of_person"));
  run.bind(person.bytes, list);
  if (!run.step()) return std::nullopt;
  return subscription_from(run);
}

std::vector<Subscription> Session::subscriptions_in_force(const std::optional<Subscription>& last,
                                                          int limit) {
  const auto person = last ? last->fingerprint.bytes : Digest{};
  const auto list = last ? last->list : std::string();  // no list has an empty name
  Run run(connection_.statement("subscriptions_in_force"));
  run.bind(person, list, limit);
  std::vector<Subscription> subscriptions;
  while (run.step()) subscriptions.push_back(subscription_from(run));
  return subscriptions;
}

std::optional<Subscription> Session::misplaced_subscription() {
  Run run(connection_.statement("misplaced_subscription"));
  if (!run.step()) return std::nullopt;
  return subscription_from(run);
}

std::optional<Subscription> Session::subscription(const Id& nonce) {
  Run run(connection_.statement("subscription_by_nonce"));
  run.bind(nonce);
  if (!run.step()) return std::nullopt;
  return subscription_from(run);
}

std::vector<StoredRecord> Session::records(const Id& signup) {
  Run run(connection_.statement("records_of_signup"));
  run.bind(signup);
  std::vector<StoredRecord> records;
  while (run.step()) records.push_back({run.integer(0), run.bytes<Digest>(1), run.text(2)});
  return records;
}

std::int64_t Session::count_records(const Id& signup) {
  Run run(connection_.statement("count_records_of_signup"));
  run.bind(signup);
  run.step();
  return run.integer(0);
}

bool Session::has_due_letter(Instant now) {
  Run run(connection_.statement("any_due_letter_task"));
  run.bind(now);
  return run.step();
}

std::vector<DueLetter> Session::due_letters(Instant now, int limit) {
  struct Task {
    Id about{};
    bool is_privacy;
    int attempts;
  };
  std::vector<Task> due;
  {
    Run run(connection_.statement("due_letter_tasks"));
    run.bind(now, limit);
    while (run.step()) {
      due.push_back(
          {run.bytes<Id>(0), run.text(1) == to_text(LetterKind::privacy), static_cast<int>(run.integer(2))});
    }
  }
  std::vector<DueLetter> letters;
  for (const auto& task : due) {
    if (task.is_privacy) {
      letters.push_back({privacy_request(task.about).value(), task.attempts});
    } else {
      letters.push_back({signup(task.about).value(), task.attempts});
    }
  }
  return letters;
}

std::optional<std::string> Session::document(const Digest& sha256) {
  Run run(connection_.statement("document_by_hash"));
  run.bind(sha256);
  if (!run.step()) return std::nullopt;
  return run.text(0);
}

std::vector<StoredDocument> Session::documents(const Digest& first, int limit) {
  Run run(connection_.statement("documents_in_order"));
  run.bind(first, limit);
  std::vector<StoredDocument> documents;
  while (run.step()) documents.push_back({run.bytes<Digest>(0), run.text(1)});
  return documents;
}

std::vector<WordingUse> Session::wordings() {
  Run run(connection_.statement("all_wordings"));
  std::vector<WordingUse> wordings;
  while (run.step()) wordings.push_back({run.text(0), run.bytes<Digest>(1), run.instant(2)});
  return wordings;
}

bool Session::knows_wording(std::string_view list, const Digest& sha256) {
  Run run(connection_.statement("wording_of_list"));
  run.bind(list, sha256);
  return run.step();
}

std::optional<ApiKey> Session::api_key(const Digest& hash) {
  Run run(connection_.statement("api_key_by_hash"));
  run.bind(hash);
  if (!run.step()) return std::nullopt;
  return api_key_from(run);
}

std::vector<ApiKey> Session::api_keys() {
  Run run(connection_.statement("api_keys"));
  std::vector<ApiKey> keys;
  while (run.step()) keys.push_back(api_key_from(run));
  return keys;
}

std::vector<OperatorAct> Session::acts_about(const Fingerprint& person) {
  Run run(connection_.statement("operator_acts_about"));
  run.bind(person.bytes);
  std::vector<OperatorAct> acts;
  while (run.step()) {
    acts.push_back(
        {run.instant(0), run.text(1), run.text(2), run.text(3), run.optional_text(4), run.instant(5)});
  }
  return acts;
}

std::optional<std::string> Session::meta(std::string_view name) {
  Run run(connection_.statement("meta_value"));
  run.bind(name);
  if (!run.step()) return std::nullopt;
  return run.text(0);
}

std::int64_t Session::ledger_size() {
  Run run(connection_.statement("count_ledger_entries"));
  run.step();
  return run.integer(0);
}

}  // namespace optledger::sqlite
