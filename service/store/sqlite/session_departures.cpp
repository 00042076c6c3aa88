// What the journal of departures is made from, and what it is compared with.
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {

std::vector<StoredRecord> Session::records_without_person(std::int64_t from_index, int limit) {
  Run run(connection_.statement("records_without_person"));
  run.bind(from_index, limit);
  std::vector<StoredRecord> records;
  while (run.step()) records.push_back({run.integer(0), run.bytes<Digest>(1), run.text(2)});
  return records;
}

std::optional<Digest> Session::ledger_entry(std::int64_t index) {
  Run run(connection_.statement("entry_at"));
  run.bind(index);
  if (!run.step()) return std::nullopt;
  return run.bytes<Digest>(0);
}

std::vector<Digest> Session::ledger_entries(std::int64_t from_index, int limit) {
  Run run(connection_.statement("entries_from"));
  run.bind(from_index, limit);
  std::vector<Digest> entries;
  while (run.step() && run.integer(0) == from_index + static_cast<std::int64_t>(entries.size())) {
    entries.push_back(run.bytes<Digest>(1));
  }
  return entries;
}

std::vector<EntryRow> Session::entry_rows(std::int64_t from_index, int limit) {
  Run run(connection_.statement("entries_with_records"));
  run.bind(from_index, limit);
  std::vector<EntryRow> rows;
  rows.reserve(static_cast<std::size_t>(limit));
  while (run.step()) {
    rows.push_back({run.integer(0), run.bytes<Digest>(1), run.optional_bytes<Digest>(2),
                    run.optional_text(3).value_or(std::string()), run.integer(4) != 0});
  }
  return rows;
}

NotedCounts Session::count_noted(Instant now) {
  Run run(connection_.statement("count_noted"));
  run.bind(now);
  run.step();
  return {run.integer(0), run.integer(1)};
}

bool Session::is_noted(const Suppression& rule) {
  const auto list = rule.list.value_or(std::string(every_list));
  Run run(connection_.statement("noted_of_suppression"));
  run.bind(rule.person.bytes, list);
  return run.step() && run.integer(0) != 0;
}

std::optional<Id> Session::signup_of_entry(std::int64_t index, const Digest& entry) {
  Run run(connection_.statement("signup_of_entry"));
  run.bind(index, entry);
  if (!run.step()) return std::nullopt;
  return run.bytes<Id>(0);
}

void Session::note_suppression(const Suppression& rule) {
  exec("note_suppression", rule.person.bytes, rule.list.value_or(std::string(every_list)), to_text(rule.kind),
       rule.since, rule.until);
}

void Session::note_erasure_receipt(const ErasureReceipt& receipt) {
  exec("note_erasure_receipt", receipt.person.bytes, receipt.list, receipt.erased_at);
}

void Session::note_nothing() {
  exec("note_no_suppression");
  exec("note_no_erasure_receipt");
}

}  // namespace optledger::sqlite
