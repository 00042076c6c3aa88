// The proof is the file about one address on one list that a third party can check without us (interface.md,
// 5). It is made in two steps, since it holds the record of its own issue: proof_issued() seals everything
// that is in the file, and when that record is in the ledger too, assemble_proof() adds the ledger's word.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/consent/record.hpp"
#include "lib/person/email_address.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

inline constexpr std::string_view proof_format = "optledger-proof/1";

struct Evidence {
  std::uint64_t leaf_index = 0;
  Digest salt{};
  std::string body;  // canonical JSON of the record
};

struct ProofParts {
  Json controller;
  EmailAddress subject;
  std::string list;
  std::vector<Evidence> records;               // in ledger order
  std::map<std::string, std::string> texts;    // wordings and notices by the hex SHA-256 records name
  std::map<std::string, std::string> letters;  // bytes with the token masked, by the hex SHA-256 records name
};

// The record by which the file of these parts is issued: the last one of the file, behind parts.records.
Record proof_issued(const ProofParts& parts, const ProofWindow& window, Instant issued_at);

// An authority's word (RFC 3161) that a checkpoint existed, and that the file's own continues it.
struct CheckpointTimestamp {
  std::string checkpoint;           // signed note
  std::vector<Digest> consistency;  // from that checkpoint to the file's
  std::string token;                // DER
};

struct LedgerWord {
  std::string origin;
  std::string vkey;
  std::string checkpoint;                       // signed note of a tree that has every record
  std::vector<std::vector<Digest>> inclusions;  // of each record, in that tree
  std::vector<CheckpointTimestamp> timestamps = {};
};

// `parts.records` ends with the record that proof_issued() gave for the others.
Json assemble_proof(const ProofParts& parts, const ProofWindow& window, Instant issued_at,
                    const LedgerWord& ledger);

// The same evidence for the person themselves, neither sealed nor noted: "optledger-evidence/1".
Json assemble_evidence(const ProofParts& parts, const ProofWindow& window, Instant read_at);

// What a seal states: SHA-256 of the canonical file without `ledger`, in which the leaf hashes of all records
// but the last stand for `records`. `file`: with or without those two members.
Digest statement_of(Json file, std::span<const Digest> leaf_hashes);

// The hashes a record names: of texts and of letters.
struct NamedHashes {
  std::vector<std::string> texts;
  std::vector<std::string> letters;
};
NamedHashes hashes_named_by(const Json& record);

}  // namespace optledger
