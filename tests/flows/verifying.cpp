#include "tests/flows/verifying.hpp"

#include "lib/base/hash.hpp"

namespace optledger::test {

Ledger ledger_beside(const std::filesystem::path& database) {
  const SigningKey key{"ledger.example", sha256("ledger key")};
  return {key, verifier_of(key), LedgerMirror(database.string() + "-ledger")};
}

DepartureJournal journal_beside(const std::filesystem::path& database) {
  return {database.string() + "-departures", "the keys of a test"};
}

VerifiedLedger verify(const std::filesystem::path& database, Store& store, Clock& clock) {
  const Keys keys{Stage::fingerprint_key, Stage::token_key, sha256("ledger key")};
  const auto ledger = ledger_beside(database);
  const auto journal = journal_beside(database);
  return verify_ledger({ledger, keys, journal, store, clock});
}

VerifiedLedger verify(Stage& stage) { return verify(stage.database(), stage.store(), stage.clock); }

}  // namespace optledger::test
