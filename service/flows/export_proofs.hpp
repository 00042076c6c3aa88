// All proofs, for a change of system or for somebody who takes them into custody: each one issued like any
// other, with its record and the note of who asked.
#pragma once

#include "service/flows/issue_proof.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct ProofExport {
  std::optional<std::string> list;  // absent: every list
  std::string reason;               // mandatory, never empty
  std::string operator_name;
};

struct ProofPage {
  std::vector<Json> proofs;
  std::optional<PersonOnOneList> last;  // whom to go on behind; nothing: that were all
};

// Of the people behind `last`, at most `limit` of them, in one transaction. Nothing: the ledger is behind.
std::optional<ProofPage> export_proofs(const std::optional<PersonOnOneList>& last, int limit,
                                       const ProofExport& wanted, const ProofDesk& desk);

}  // namespace optledger
