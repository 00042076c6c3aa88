#include "service/flows/erase_person.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/proof_window.hpp"

#include <algorithm>

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

// What the person has to confirm about these signups; both, when they were mailed for both reasons.
std::string declaration_about(const std::vector<Signup>& signups, const Declarations& declarations) {
  const auto was_in_force = [&signups](bool by_consent) {
    return std::any_of(signups.begin(), signups.end(), [by_consent](const Signup& signup) {
      return signup.confirmed_at && is_permission(signup.basis) != by_consent;
    });
  };
  if (!was_in_force(false)) return declarations.consent;
  return was_in_force(true) ? declarations.consent + "\n" + declarations.permission : declarations.permission;
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
  std::vector<ErasedList> erased;
  for (const auto& list : lists) {
    const FreshErasure fresh{fresh_digest(entropy), fresh_digest(entropy)};
    const auto facts = erasure_facts(person, list, transaction);
    if (terms.declarations) {
      const auto declaration = declaration_about(facts.standing.signups, *terms.declarations);
      erasure.declaration = sha256(declaration);
      transaction.keep_document(*erasure.declaration, declaration);
    }
    const auto decision = erase(erasure, facts, terms.window, now, fresh);
    transaction.apply(decision.changes);
    if (decision.outcome == ErasureDecision::Outcome::nothing_held) continue;
    erased.push_back({list, decision.outcome, decision.kept_until});
  }
  if (transaction.lists_of(person).empty()) end_privacy_requests(person, now, transaction);
  return erased;
}

std::vector<ErasedList> erase_person(const OperatorRequest& request,
                                     const std::optional<Declarations>& declarations,
                                     const ProofWindow& window, const FingerprintKey& key, Store& store,
                                     Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  const ErasureTerms terms{declarations, request.method, request.origin, window};
  return write_to(store, [&](Transaction& transaction) {
    transaction.keep_act({now, "erase", request.operator_name, request.reason, request.list, end_of({}, now)},
                         person);
    const auto lists = request.list ? std::vector{*request.list} : transaction.lists_of(person);
    return erase_on_lists(terms, person, lists, now, transaction, entropy);
  });
}

}  // namespace optledger
