#include "lib/proof/proof.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "lib/proof/conclusion.hpp"

#include <stdexcept>

namespace optledger {
namespace {

void take_hash(const Json& details, const char* member, std::vector<std::string>& hashes) {
  const auto found = details.find(member);
  if (found != details.end() && found->is_string()) hashes.push_back(*found);
}

Digest leaf_of(const Evidence& evidence) { return leaf_hash(entry_of(evidence.body, evidence.salt)); }

Json to_hex_list(const std::vector<Digest>& hashes) {
  Json list = Json::array();
  for (const auto& hash : hashes) list.push_back(to_hex(hash));
  return list;
}

// Neither records nor ledger.
Json envelope(std::string_view format, const ProofParts& parts, const ProofWindow& window, Instant at) {
  std::vector<Json> records;
  for (const auto& evidence : parts.records) records.push_back(Json::parse(evidence.body));
  Json wordings = Json::object();
  for (const auto& [hash, text] : parts.texts) wordings[hash] = {{"text", text}};
  Json letters = Json::object();
  for (const auto& [hash, message] : parts.letters) letters[hash] = {{"message", to_base64(message)}};
  return {{"format", format},
          {"issued_at", to_rfc3339(at)},
          {"controller", parts.controller},
          {"subject", {{"email", parts.subject.text()}, {"list", parts.list}}},
          {"conclusion", conclude(records, window)},
          {"wordings", std::move(wordings)},
          {"letters", std::move(letters)}};
}

Json to_json(const Evidence& evidence) {
  return {{"record", Json::parse(evidence.body)},
          {"salt", to_hex(evidence.salt)},
          {"leaf_index", evidence.leaf_index}};
}

Json to_json(const LedgerWord& ledger) {
  Json timestamps = Json::array();
  for (const auto& timestamp : ledger.timestamps) {
    timestamps.push_back({{"checkpoint", timestamp.checkpoint},
                          {"consistency", to_hex_list(timestamp.consistency)},
                          {"rfc3161", to_base64(timestamp.token)}});
  }
  return {{"origin", ledger.origin},
          {"vkey", ledger.vkey},
          {"checkpoint", ledger.checkpoint},
          {"timestamps", std::move(timestamps)}};
}

}  // namespace

NamedHashes hashes_named_by(const Json& record) {
  NamedHashes named;
  const auto& details = record.at("details");
  take_hash(details, "wording", named.texts);
  take_hash(details, "privacy_notice", named.texts);
  take_hash(details, "notice", named.texts);
  take_hash(details, "letter", named.letters);
  return named;
}

Digest statement_of(Json file, std::span<const Digest> leaf_hashes) {
  file.erase("ledger");
  file["records"] = to_hex_list({leaf_hashes.begin(), leaf_hashes.end()});
  return sha256(to_canonical_json(file));
}

Record proof_issued(const ProofParts& parts, const ProofWindow& window, Instant issued_at) {
  std::vector<Digest> leaves;
  for (const auto& evidence : parts.records) leaves.push_back(leaf_of(evidence));
  const auto statement = statement_of(envelope(proof_format, parts, window, issued_at), leaves);
  return {RecordKind::proof_issued,          issued_at, parts.subject.text(), parts.list, {},
          {{"statement", to_hex(statement)}}};
}

Json assemble_proof(const ProofParts& parts, const ProofWindow& window, Instant issued_at,
                    const LedgerWord& ledger) {
  if (ledger.inclusions.size() != parts.records.size()) {
    throw std::invalid_argument("a proof needs the inclusion of every record");
  }
  Json proof = envelope(proof_format, parts, window, issued_at);
  proof["ledger"] = to_json(ledger);
  auto& records = proof["records"] = Json::array();
  for (std::size_t i = 0; i < parts.records.size(); ++i) {
    auto record = to_json(parts.records[i]);
    record["leaf_hash"] = to_hex(leaf_of(parts.records[i]));
    record["inclusion"] = to_hex_list(ledger.inclusions[i]);
    records.push_back(std::move(record));
  }
  return proof;
}

Json assemble_evidence(const ProofParts& parts, const ProofWindow& window, Instant read_at) {
  Json evidence = envelope("optledger-evidence/1", parts, window, read_at);
  auto& records = evidence["records"] = Json::array();
  for (const auto& record : parts.records) records.push_back(to_json(record));
  return evidence;
}

}  // namespace optledger
