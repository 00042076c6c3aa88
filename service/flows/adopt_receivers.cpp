#include "service/flows/adopt_receivers.hpp"

#include "lib/consent/proof_window.hpp"
#include "service/flows/permit_customers.hpp"

namespace optledger {
namespace {

std::optional<std::string> name_of(const Receiver& theirs, const SyncedList& synced) {
  const auto found = theirs.attributes.find(synced.list.cleverreach->name_attribute);
  if (found == theirs.attributes.end()) return std::nullopt;
  const auto name = PersonName::parse(found->second);
  return name ? std::optional(name->text()) : std::nullopt;
}

void count(AdoptDecision::Outcome outcome, AdoptCounts& counts) {
  using Outcome = AdoptDecision::Outcome;
  counts.adopted += outcome == Outcome::adopted ? 1 : 0;
  counts.already += outcome == Outcome::already ? 1 : 0;
  counts.suppressed += outcome == Outcome::suppressed ? 1 : 0;
  counts.not_active += outcome == Outcome::not_active ? 1 : 0;
}

}  // namespace

void adopt_receivers(const std::vector<Receiver>& page, const std::string& operator_name,
                     const std::string& reason, const SyncedList& synced, AdoptCounts& counts) {
  const auto now = synced.clock.now();
  synced.store.write([&](Transaction& transaction) {
    for (const auto& theirs : page) {
      const auto address = EmailAddress::parse(theirs.email);
      if (!address) {
        ++counts.no_address;
        continue;
      }
      const auto facts = permit_facts(*address, synced.list.id, synced.keys.fingerprint, transaction);
      const auto decision = adopt(theirs, *address, name_of(theirs, synced), synced.list.id, facts, now,
                                  fresh_permit(now, synced.entropy));
      count(decision.outcome, counts);
      if (decision.changes.empty()) continue;
      transaction.keep_act({now, "adopt", operator_name, reason, synced.list.id, end_of(ProofWindow{}, now)},
                           facts.person);
      transaction.apply(decision.changes);
    }
  });
}

}  // namespace optledger
