#include "service/flows/export_proofs.hpp"

namespace optledger {
namespace {

struct IssuedPage {
  std::vector<IssuedProof> issued;
  std::optional<PersonOnOneList> last;
};

void issue_all(const PersonOnOneList& one, const ProofExport& wanted, const ProofDesk& desk, Issuing issuing,
               Transaction& transaction, std::vector<IssuedProof>& issued) {
  const auto kept_until = end_of({}, issuing.now);
  transaction.keep_act({issuing.now, "proof", wanted.operator_name, wanted.reason, one.list, kept_until},
                       one.person);
  for (const auto& address : spellings_of(one.person, one.list, transaction)) {
    auto held = gather_evidence(address, one.person, one.list, Spellings::one, desk.config, transaction);
    issuing.salt = fresh_digest(desk.entropy);
    issued.push_back(issue_proof(std::move(*held), issuing, desk.config.retention.proof_window, transaction));
  }
}

}  // namespace

std::optional<ProofPage> export_proofs(const std::optional<PersonOnOneList>& last, int limit,
                                       const ProofExport& wanted, const ProofDesk& desk) {
  const Issuing issuing{desk.clock.now(), {}, published_size(desk.ledger)};
  const auto page = write_to(desk.store, [&](Transaction& transaction) {
    IssuedPage all;
    for (const auto& one : transaction.people_with_evidence(last, limit)) {
      all.last = one;
      if (wanted.list && one.list != *wanted.list) continue;
      issue_all(one, wanted, desk, issuing, transaction, all.issued);
    }
    return all;
  });
  auto proofs = finish_proofs(page.issued, desk);
  if (!proofs) return std::nullopt;
  return ProofPage{std::move(*proofs), page.last};
}

}  // namespace optledger
