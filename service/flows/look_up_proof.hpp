// "Prove that I consented": everything held about one address on one list, and the note of who asked and why.
#pragma once

#include "service/flows/issue_proof.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace optledger {

struct ProofRequest {
  EmailAddress address;
  std::optional<std::string> list;
  std::string reason;         // mandatory, never empty
  std::string operator_name;  // API key or operating system user
};

struct NothingHeld {};
struct ListNeeded {
  std::vector<std::string> lists;
};

// The person was erased on their request: what remains is the receipt, which is the proof now (T2.8).
struct ErasedPerson {
  Json receipt;
};

// The records are kept, but not under a signed checkpoint yet: a later call issues the same file.
struct LedgerBehind {};

using ProofResult = std::variant<Json, ErasedPerson, NothingHeld, ListNeeded, LedgerBehind>;

// The look-up is on disk before anything is answered, also when nothing is held. A proof is one only with the
// record of its own issue, so that is in the ledger before the file leaves the house.
ProofResult look_up_proof(const ProofRequest& request, const ProofDesk& desk);

// The evidence about one person on one list in whatever spelling they used, inside a reading, without seal
// and note: for the person themselves. Nothing when none is held.
std::optional<Json> evidence_about(const EmailAddress& asked, const Fingerprint& person,
                                   const std::string& list, const Config& config, Instant now,
                                   Reading& reading);

// The words by which the person of a receipt declared that they had consented.
std::string declaration_of(const ErasureReceipt& receipt, Reading& reading);

// Nothing when the reason may be kept; else what is wrong with it: empty, too long, or it contains an
// address, which would outlive the person's erasure.
std::optional<std::string> problem_with_reason(std::string_view reason);

}  // namespace optledger
