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

// Whoever is erased has nothing left to be answered.
void end_privacy_requests(const Fingerprint& person, Instant now, Transaction& transaction) {
  Changes changes;
  for (const auto& request : transaction.privacy_requests(person)) {
    if (!request.end) {
      changes.push_back(ClosePrivacyRequest{request.id, {now, RequestOutcome::erased, end_of({}, now)}});
    }
    if (request.address) changes.push_back(ForgetPrivacyAddress{request.id});
  }
  transaction.apply(changes);
}

}  // namespace

std::vector<ErasedList> erase_on_lists(const ErasureTerms& terms, const Fingerprint& person,
                                       const std::vector<std::string>& lists, Instant now,
                                       Transaction& transaction, Entropy& entropy) {
  ErasureRequest erasure{std::nullopt, terms.method, terms.origin};
  if (terms.declaration) {
    erasure.declaration = sha256(*terms.declaration);
    transaction.keep_document(*erasure.declaration, *terms.declaration);
  }
  std::vector<ErasedList> erased;
  for (const auto& list : lists) {
    const FreshErasure fresh{fresh_digest(entropy), fresh_digest(entropy)};
    const auto decision = erase(erasure, erasure_facts(person, list, transaction), terms.window, now, fresh);
    transaction.apply(decision.changes);
    if (decision.outcome == ErasureDecision::Outcome::nothing_held) continue;
    erased.push_back({list, decision.outcome, decision.kept_until});
  }
  if (transaction.lists_of(person).empty()) end_privacy_requests(person, now, transaction);
  return erased;
}

std::vector<ErasedList> erase_person(const OperatorRequest& request,
                                     const std::optional<std::string>& declaration, const ProofWindow& window,
                                     const FingerprintKey& key, Store& store, Clock& clock,
                                     Entropy& entropy) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  const ErasureTerms terms{declaration, request.method, request.origin, window};
  return write_to(store, [&](Transaction& transaction) {
    transaction.keep_act({now, "erase", request.operator_name, request.reason, request.list, end_of({}, now)},
                         person);
    const auto lists = request.list ? std::vector{*request.list} : transaction.lists_of(person);
    return erase_on_lists(terms, person, lists, now, transaction, entropy);
  });
}

}  // namespace optledger
