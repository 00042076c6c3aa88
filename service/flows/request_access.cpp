#include "service/flows/request_access.hpp"

namespace optledger {
namespace {

AccessFacts access_facts(const Fingerprint& person, Reading& reading) {
  AccessFacts facts{.person = person,
                    .suppressions = reading.suppressions(person),
                    .requests = reading.privacy_requests(person)};
  facts.is_held = !reading.lists_of(person).empty() || !facts.suppressions.empty() ||
                  !reading.erasure_receipts(person).empty();
  return facts;
}

}  // namespace

AccessDecision::Outcome ask_for_access(const AccessRequest& request, const FingerprintKey& key, Store& store,
                                       Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto fresh = fresh_id(now, entropy);
  const auto person = fingerprint_of(request.address, key);
  return write_to(store, [&](Transaction& transaction) {
    auto decision = request_access(request, access_facts(person, transaction), now, fresh);
    transaction.apply(decision.changes);
    transaction.apply(rehearsal(decision, request, now, fresh));
    return decision.outcome;
  });
}

}  // namespace optledger
