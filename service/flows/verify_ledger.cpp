#include "service/flows/verify_ledger.hpp"

#include "service/flows/ledger_anchors.hpp"
#include "service/flows/verify_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr int last_records = 1000;

Difference damage(Store& store) {
  const auto findings = store.verify_integrity();
  return findings.empty() ? std::nullopt : std::optional("the database is damaged: " + findings.front());
}

void verify(const VerifyParts& parts, VerifiedLedger& verified) {
  EntryAudit audit;
  auto& difference = verified.difference;
  difference = damage(parts.store);
  if (!difference) difference = verify_entries(parts, audit, verified.published);
  verified.entries = audit.entries();
  verified.erased = audit.missing();
  if (!difference) difference = verify_standings(parts, audit, verified.persons);
  if (!difference) difference = verify_departures(parts);
  if (!difference) difference = verify_timestamps(parts.ledger, parts.store);
}

}  // namespace

VerifiedLedger verify_ledger(const VerifyParts& parts) {
  VerifiedLedger verified;
  try {
    verify(parts, verified);
  } catch (const StoreUnavailable&) {
    throw;
  } catch (const LedgerContradiction& contradiction) {
    verified.difference = contradiction.what();
  }
  return verified;
}

std::optional<std::string> problem_with_last_records(Store& store) {
  return read_from(store, [](Reading& reading) -> Difference {
    const auto from = std::max<std::int64_t>(0, reading.ledger_size() - last_records);
    for (const auto& row : reading.entry_rows(from, last_records)) {
      if (row.salt && !is_what_entry_commits_to(row)) {
        return fmt::format("record {} is not what ledger entry {} commits to", row.leaf_index,
                           row.leaf_index);
      }
    }
    return std::nullopt;
  });
}

}  // namespace optledger
