#include "service/flows/permit_customers.hpp"

namespace optledger {
namespace {

void carry_out(const PermitDecision& decision, const Permission& permission, Transaction& transaction) {
  if (decision.changes.empty()) return;
  transaction.keep_document(permission.notice.sha256, permission.notice.text);
  transaction.apply(decision.changes);
}

void count(PermitDecision::Outcome outcome, PermitCounts& counts) {
  using Outcome = PermitDecision::Outcome;
  counts.permitted += outcome == Outcome::permitted ? 1 : 0;
  counts.already += outcome == Outcome::already ? 1 : 0;
  counts.suppressed += outcome == Outcome::suppressed ? 1 : 0;
}

}  // namespace

PermitFacts permit_facts(const EmailAddress& address, const std::string& list, const FingerprintKey& key,
                         Reading& reading) {
  const auto person = fingerprint_of(address, key);
  PermitFacts facts{.person = person,
                    .subscription = reading.subscription(person, list),
                    .rests_on = std::nullopt,
                    .suppressions = covering(reading.suppressions(person), list)};
  if (facts.subscription) facts.rests_on = reading.signup(facts.subscription->signup);
  return facts;
}

FreshPermit fresh_permit(Instant now, Entropy& entropy) {
  return {.signup = fresh_id(now, entropy),
          .subscription_nonce = fresh_id(now, entropy),
          .salt = fresh_digest(entropy)};
}

PermissionTerms permission_terms(const Config& config, Instant now) {
  PermissionTerms terms{.known_lists = {}, .list = std::nullopt, .notice = std::nullopt, .now = now};
  for (const auto& list : config.lists) terms.known_lists.push_back(list.id);
  if (config.lists.size() == 1) terms.list = config.lists.front().id;
  return terms;
}

PermitCounts& PermitCounts::operator+=(const PermitCounts& more) {
  permitted += more.permitted;
  already += more.already;
  suppressed += more.suppressed;
  return *this;
}

PermitResult permit_customer(const Permission& permission, const std::string& operator_name,
                             const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto fresh = fresh_permit(now, entropy);
  return write_to(store, [&](Transaction& transaction) {
    const auto facts = permit_facts(permission.address, permission.list, key, transaction);
    transaction.keep_act(
        {now, "permit", operator_name, "§ 7 Abs. 3 UWG", permission.list, end_of(ProofWindow{}, now)},
        facts.person);
    const auto decision = permit(permission, "api", facts, now, fresh);
    carry_out(decision, permission, transaction);
    return PermitResult{decision.outcome, decision.subscription, decision.basis};
  });
}

PermitCounts permit_customers(const std::vector<Permission>& permissions, ImportMode mode,
                              const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto decide = [&](const Permission& permission, Reading& reading) {
    return permit(permission, "import", permit_facts(permission.address, permission.list, key, reading), now,
                  fresh_permit(now, entropy));
  };
  PermitCounts counts;
  if (mode == ImportMode::look) {
    store.read([&](Reading& reading) {
      for (const auto& permission : permissions) count(decide(permission, reading).outcome, counts);
    });
    return counts;
  }
  store.write([&](Transaction& transaction) {
    for (const auto& permission : permissions) {
      const auto decision = decide(permission, transaction);
      carry_out(decision, permission, transaction);
      count(decision.outcome, counts);
    }
  });
  return counts;
}

}  // namespace optledger
