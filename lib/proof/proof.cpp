#include "lib/proof/proof.hpp"

#include "lib/proof/conclusion.hpp"

namespace optledger {
namespace {

void take_hash(const Json& details, const char* member, std::vector<std::string>& hashes) {
  const auto found = details.find(member);
  if (found != details.end() && found->is_string()) hashes.push_back(*found);
}

Json records_with_salts(const std::vector<Evidence>& evidence, const std::vector<Json>& records) {
  Json result = Json::array();
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    result.push_back({{"record", records[i]}, {"salt", to_hex(evidence[i].salt)}});
  }
  return result;
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

Json assemble_proof(const ProofParts& parts, const ProofWindow& window, Instant issued_at) {
  std::vector<Json> records;
  for (const auto& evidence : parts.records) records.push_back(Json::parse(evidence.body));
  Json wordings = Json::object();
  for (const auto& [hash, text] : parts.texts) wordings[hash] = {{"text", text}};
  Json letters = Json::object();
  for (const auto& [hash, message] : parts.letters) letters[hash] = {{"message", to_base64(message)}};
  return {
      {"format", "optledger-proof/1"},
      {"issued_at", to_rfc3339(issued_at)},
      {"controller", parts.controller},
      {"subject", {{"email", parts.subject.text()}, {"list", parts.list}}},
      {"conclusion", conclude(records, window)},
      {"records", records_with_salts(parts.records, records)},
      {"wordings", std::move(wordings)},
      {"letters", std::move(letters)},
  };
}

}  // namespace optledger
