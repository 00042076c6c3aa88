#include "service/flows/import_suppressions.hpp"

namespace optledger {
namespace {

ImportFacts import_facts(const Suppression& rule, Reading& reading) {
  const auto rules = reading.suppressions(rule.person);
  ImportFacts facts{rule_of(rules, rule.list), {}};
  const auto lists = rule.list ? std::vector{*rule.list} : reading.lists_of(rule.person);
  for (const auto& list : lists) {
    auto subscription = reading.subscription(rule.person, list);
    if (!subscription) continue;
    facts.standings.push_back({.person = rule.person,
                               .list = list,
                               .subscription = std::move(subscription),
                               .signups = reading.signups(rule.person, list),
                               .rule = rule_of(rules, list)});
  }
  return facts;
}

std::vector<Digest> salts_for(const ImportFacts& facts, Entropy& entropy) {
  std::vector<Digest> salts;
  for (std::size_t i = 0; i < facts.standings.size(); ++i) salts.push_back(fresh_digest(entropy));
  return salts;
}

void count(const ImportDecision& decision, ImportCounts& counts) {
  using Outcome = ImportDecision::Outcome;
  counts.kept += decision.outcome == Outcome::kept ? 1 : 0;
  counts.known += decision.outcome == Outcome::known ? 1 : 0;
  counts.over += decision.outcome == Outcome::over ? 1 : 0;
  counts.overtaken += decision.outcome == Outcome::overtaken ? 1 : 0;
  counts.ended += decision.ended;
}

}  // namespace

ImportCounts& ImportCounts::operator+=(const ImportCounts& more) {
  kept += more.kept;
  known += more.known;
  over += more.over;
  overtaken += more.overtaken;
  ended += more.ended;
  return *this;
}

ImportCounts import_suppressions(const std::vector<Suppression>& rules, ImportMode mode,
                                 const ProofWindow& window, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto decide = [&](const Suppression& rule, Reading& reading) {
    const auto facts = import_facts(rule, reading);
    return import_rule(rule, facts, window, now, salts_for(facts, entropy));
  };
  ImportCounts counts;
  if (mode == ImportMode::look) {
    store.read([&](Reading& reading) {
      for (const auto& rule : rules) count(decide(rule, reading), counts);
    });
    return counts;
  }
  store.write([&](Transaction& transaction) {
    for (const auto& rule : rules) {
      const auto decision = decide(rule, transaction);
      transaction.apply(decision.changes);
      count(decision, counts);
    }
  });
  return counts;
}

ImportCounts reapply_suppressions(const std::vector<Suppression>& rules, const ProofWindow& window,
                                  Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  ImportCounts counts;
  store.write([&](Transaction& transaction) {
    for (const auto& rule : rules) {
      const auto facts = import_facts(rule, transaction);
      const auto decision = reapply_rule(rule, facts, window, now, salts_for(facts, entropy));
      transaction.apply(decision.changes);
      count(decision, counts);
    }
  });
  return counts;
}

}  // namespace optledger
