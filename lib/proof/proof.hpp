// The proof is the file about one address on one list that a third party can read without us (interface.md,
// 5). The ledger's members (leaf_index, leaf_hash, inclusion, ledger) and the seal are not part of it yet.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/person/email_address.hpp"

#include <map>
#include <string>
#include <vector>

namespace optledger {

struct Evidence {
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

Json assemble_proof(const ProofParts& parts, const ProofWindow& window, Instant issued_at);

// The hashes a record names: of texts and of letters.
struct NamedHashes {
  std::vector<std::string> texts;
  std::vector<std::string> letters;
};
NamedHashes hashes_named_by(const Json& record);

}  // namespace optledger
