// What a person left behind, and what of it is due.
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {
namespace {

// Columns as in suppressions_of_person.
Suppression suppression_from(const Run& row) {
  const auto list = row.text(1);
  return {
      .person = {row.bytes<Digest>(0)},
      .list = list == every_list ? std::nullopt : std::optional(list),
      .kind = suppression_kind_from(row.text(2)),
      .since = row.instant(3),
      .until = row.optional_instant(4),
  };
}

// Columns as in erasure_receipts_of_person.
std::vector<ErasureReceipt> receipts_from(Run& run) {
  std::vector<ErasureReceipt> receipts;
  while (run.step()) {
    receipts.push_back({.person = {run.bytes<Digest>(0)},
                        .list = run.text(1),
                        .declaration = run.bytes<Digest>(2),
                        .method = run.text(3),
                        .periods = periods_from_json(Json::parse(run.text(4))),
                        .erased_at = run.instant(5),
                        .kept_until = run.instant(6)});
  }
  return receipts;
}

}  // namespace

std::vector<Suppression> Session::suppressions(const Fingerprint& person) {
  std::vector<Suppression> rules;
  {
    Run run(connection_.statement("restriction_of_person"));
    run.bind(person.bytes);
    if (run.step()) {
      rules.push_back({person, std::nullopt, SuppressionKind::restricted, run.instant(0), std::nullopt});
    }
  }
  Run run(connection_.statement("suppressions_of_person"));
  run.bind(person.bytes);
  while (run.step()) rules.push_back(suppression_from(run));
  return rules;
}

std::vector<Suppression> Session::suppressions(const std::optional<Suppression>& last, int limit) {
  const auto person = last ? last->person.bytes : Digest{};
  // No list has an empty name, so that this is before every key there can be.
  const auto list = last ? last->list.value_or(std::string(every_list)) : std::string();
  Run run(connection_.statement("suppressions_in_order"));
  run.bind(person, list, limit);
  std::vector<Suppression> rules;
  while (run.step()) rules.push_back(suppression_from(run));
  return rules;
}

std::vector<Suppression> Session::suppressions_to_note(int limit) {
  Run run(connection_.statement("suppressions_to_note"));
  run.bind(limit);
  std::vector<Suppression> rules;
  while (run.step()) rules.push_back(suppression_from(run));
  return rules;
}

std::vector<ErasureReceipt> Session::erasure_receipts(const Fingerprint& person) {
  Run run(connection_.statement("erasure_receipts_of_person"));
  run.bind(person.bytes);
  return receipts_from(run);
}

std::vector<ErasureReceipt> Session::erasure_receipts_to_note(int limit) {
  Run run(connection_.statement("erasure_receipts_to_note"));
  run.bind(limit);
  return receipts_from(run);
}

std::vector<DueSignup> Session::due_signups(std::string_view query_name, Instant now, int limit) {
  std::vector<DueSignup> due;
  {
    Run run(connection_.statement(query_name));
    run.bind(now, limit);
    while (run.step()) due.push_back({run.bytes<Id>(0), {}});
  }
  for (auto& signup : due) {
    for (const auto& record : records(signup.id)) signup.leaf_indices.push_back(record.leaf_index);
  }
  return due;
}

std::vector<std::int64_t> Session::due_rows(std::string_view query_name, Instant now, int limit) {
  Run run(connection_.statement(query_name));
  run.bind(now, limit);
  std::vector<std::int64_t> rows;
  while (run.step()) rows.push_back(run.integer(0));
  return rows;
}

std::vector<Id> Session::due_ids(std::string_view query_name, Instant now, int limit) {
  Run run(connection_.statement(query_name));
  run.bind(now, limit);
  std::vector<Id> ids;
  while (run.step()) ids.push_back(run.bytes<Id>(0));
  return ids;
}

DueForDeletion Session::due_for_deletion(Instant now, int limit) {
  DueForDeletion due;
  due.unconfirmed = due_signups("due_unconfirmed_signups", now, limit);
  due.held = due_signups("due_held_signups", now, limit);
  {
    Run run(connection_.statement("due_suppressions"));
    run.bind(now, limit);
    while (run.step()) due.suppressions.push_back(suppression_from(run));
  }
  due.receipts = due_rows("due_erasure_receipts", now, limit);
  due.operator_acts = due_rows("due_operator_acts", now, limit);
  due.privacy_addresses = due_ids("due_privacy_addresses", now, limit);
  due.privacy_requests = due_ids("due_privacy_requests", now, limit);
  add_due_webhooks(now, limit, due);
  return due;
}

std::int64_t Session::count(std::string_view query_name, Instant now) {
  Run run(connection_.statement(query_name));
  run.bind(now);
  run.step();
  return run.integer(0);
}

DeletionCounts Session::count_due_for_deletion(Instant now) {
  return {count("count_due_unconfirmed_signups", now),  count("count_due_held_signups", now),
          count("count_due_suppressions", now),         count("count_due_erasure_receipts", now),
          count("count_due_operator_acts", now),        count("count_due_privacy_addresses", now),
          count("count_due_privacy_requests", now),     count("count_due_webhook_calls", now),
          count("count_due_webhook_delivery_ends", now)};
}

}  // namespace optledger::sqlite
