#include "service/flows/issue_proof.hpp"

#include "lib/consent/commitment.hpp"
#include "service/flows/grow_ledger.hpp"

#include <algorithm>

namespace optledger {
namespace {

// Its last record is not under a signed checkpoint, and seals what would be issued now.
std::optional<IssuedProof> undelivered(ProofParts parts, std::uint64_t published, const ProofWindow& window) {
  if (parts.records.empty() || parts.records.back().leaf_index < published) return std::nullopt;
  const auto last = std::move(parts.records.back());
  parts.records.pop_back();
  const auto at = parse_rfc3339(Json::parse(last.body).at("at").get<std::string>()).value();
  if (to_canonical_json(to_json(proof_issued(parts, window, at))) != last.body) return std::nullopt;
  parts.records.push_back(last);
  return IssuedProof{std::move(parts), at};
}

// For each record the first timestamp that covers it.
std::vector<LedgerTimestamp> timestamps_of(const ProofParts& parts, std::uint64_t size, Reading& reading) {
  std::vector<LedgerTimestamp> found;
  for (const auto& record : parts.records) {
    const auto covering = reading.ledger_timestamps(static_cast<std::int64_t>(record.leaf_index), 1);
    if (covering.empty() || static_cast<std::uint64_t>(covering.front().tree_size) > size) break;
    if (found.empty() || found.back().tree_size != covering.front().tree_size)
      found.push_back(covering.front());
  }
  return found;
}

LedgerWord word_about(const ProofParts& parts, const SignedCheckpoint& checkpoint, const ProofDesk& desk) {
  const auto size = checkpoint.tree.size;
  const auto tiles = desk.ledger.mirror.reader();
  LedgerWord word{desk.ledger.key.name, desk.ledger.vkey(), checkpoint.note, {}};
  for (const auto& record : parts.records) {
    word.inclusions.push_back(inclusion_proof(record.leaf_index, size, tiles));
  }
  const auto stamps =
      read_from(desk.store, [&](Reading& reading) { return timestamps_of(parts, size, reading); });
  for (const auto& stamp : stamps) {
    word.timestamps.push_back({stamp.checkpoint,
                               consistency_proof(static_cast<std::uint64_t>(stamp.tree_size), size, tiles),
                               stamp.token});
  }
  return word;
}

}  // namespace

std::uint64_t published_size(const Ledger& ledger) {
  const auto published = published_checkpoint(ledger);
  return published ? published->tree.size : 0;
}

IssuedProof issue_proof(HeldEvidence held, const Issuing& issuing, const ProofWindow& window,
                        Transaction& transaction) {
  if (auto again = undelivered(held.parts, issuing.published, window)) return std::move(*again);
  const auto record = proof_issued(held.parts, window, issuing.now);
  const auto index = static_cast<std::uint64_t>(transaction.ledger_size());
  transaction.apply({AppendRecord{record, issuing.salt, held.signup}});
  held.parts.records.push_back({index, issuing.salt, commit_to(record, issuing.salt).canonical});
  return {std::move(held.parts), issuing.now};
}

std::optional<std::vector<Json>> finish_proofs(const std::vector<IssuedProof>& issued,
                                               const ProofDesk& desk) {
  std::uint64_t last = 0;
  for (const auto& one : issued) last = std::max(last, one.parts.records.back().leaf_index);
  std::vector<Json> files;
  if (issued.empty()) return files;
  const auto checkpoint = under_checkpoint(last, desk.patience, desk.ledger, desk.store);
  if (!checkpoint) return std::nullopt;
  for (const auto& one : issued) {
    files.push_back(assemble_proof(one.parts, desk.config.retention.proof_window, one.at,
                                   word_about(one.parts, *checkpoint, desk)));
  }
  return files;
}

}  // namespace optledger
