// Issuing a proof: the record of it is appended in the transaction that read the evidence, and the file
// leaves the house when that record is under a signed checkpoint.
#pragma once

#include "service/flows/gather_evidence.hpp"
#include "service/flows/ledger.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <vector>

namespace optledger {

// What issues proofs.
struct ProofDesk {
  const Config& config;
  const FingerprintKey& key;
  const Ledger& ledger;
  Store& store;
  Clock& clock;
  Entropy& entropy;
  // How long a call waits for the ledger, which is at most a second behind when all is well.
  Duration patience = std::chrono::seconds{5};
};

// A proof's parts when the record of its issue is among the records.
struct IssuedProof {
  ProofParts parts;
  Instant at{};
};

struct Issuing {
  Instant now{};
  Digest salt{};
  std::uint64_t published = 0;  // entries under the checkpoint before the transaction
};

std::uint64_t published_size(const Ledger& ledger);

// Appends `proof_issued`. A proof that was never delivered, since the ledger was behind, is issued again as
// it was when nothing has changed, so that trying often leaves no trail.
IssuedProof issue_proof(HeldEvidence held, const Issuing& issuing, const ProofWindow& window,
                        Transaction& transaction);

// The files, in the order given, with what the ledger says. Nothing: it is behind.
std::optional<std::vector<Json>> finish_proofs(const std::vector<IssuedProof>& issued, const ProofDesk& desk);

}  // namespace optledger
