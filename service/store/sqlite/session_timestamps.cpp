#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {
namespace {

std::string token_from(const std::string& base64) {
  auto token = from_base64(base64);
  if (!token) throw std::runtime_error("the database holds a timestamp that is not base64");
  return *std::move(token);
}

// Columns as in ledger_timestamps.
LedgerTimestamp timestamp_from(const Run& row) {
  return {.tree_size = row.integer(0),
          .checkpoint = row.text(1),
          .token = token_from(row.text(2)),
          .stamped_at = row.instant(3),
          .received_at = row.instant(4)};
}

}  // namespace

std::vector<LedgerTimestamp> Session::ledger_timestamps(std::int64_t larger_than, int limit) {
  Run run(connection_.statement("ledger_timestamps"));
  run.bind(larger_than, limit);
  std::vector<LedgerTimestamp> timestamps;
  while (run.step()) timestamps.push_back(timestamp_from(run));
  return timestamps;
}

std::optional<LedgerTimestamp> Session::last_ledger_timestamp() {
  Run run(connection_.statement("last_ledger_timestamp"));
  if (!run.step()) return std::nullopt;
  return timestamp_from(run);
}

void Session::keep_ledger_timestamp(const LedgerTimestamp& timestamp) {
  const auto token = to_base64(timestamp.token);
  exec("insert_ledger_timestamp", timestamp.tree_size, timestamp.checkpoint, token, timestamp.stamped_at,
       timestamp.received_at);
}

}  // namespace optledger::sqlite
