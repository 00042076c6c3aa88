#include "service/flows/erase_person.hpp"

#include "lib/base/hash.hpp"

namespace optledger {
namespace {

ErasureFacts erasure_facts(const Fingerprint& person, const std::string& list, Reading& reading) {
  ErasureFacts facts{end_facts(person, list, reading), {}, {}};
  for (const auto& signup : facts.standing.signups) {
    auto& leaves = signup.confirmed_at ? facts.leaves_of_consents : facts.leaves_of_unconfirmed;
    for (const auto& record : reading.records(signup.id)) leaves.push_back(record.leaf_index);
  }
  return facts;
}

}  // namespace

std::vector<ErasedList> erase_person(const OperatorRequest& request,
                                     std::optional<std::string_view> declaration, const ProofWindow& window,
                                     const FingerprintKey& key, Store& store, Clock& clock,
                                     Entropy& entropy) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  ErasureRequest erasure{std::nullopt, request.method, request.origin};
  if (declaration) erasure.declaration = sha256(*declaration);
  return write_to(store, [&](Transaction& transaction) {
    transaction.keep_act({now, "erase", request.operator_name, request.reason, request.list, end_of({}, now)},
                         person);
    if (declaration) transaction.keep_document(*erasure.declaration, *declaration);
    std::vector<ErasedList> erased;
    const auto lists = request.list ? std::vector{*request.list} : transaction.lists_of(person);
    for (const auto& list : lists) {
      const FreshErasure fresh{fresh_digest(entropy), fresh_digest(entropy)};
      const auto decision = erase(erasure, erasure_facts(person, list, transaction), window, now, fresh);
      transaction.apply(decision.changes);
      if (decision.outcome == ErasureDecision::Outcome::nothing_held) continue;
      erased.push_back({list, decision.outcome, decision.kept_until});
    }
    return erased;
  });
}

}  // namespace optledger
