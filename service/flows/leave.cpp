#include "service/flows/leave.hpp"

#include "lib/suppression/unblock.hpp"

#include <algorithm>

namespace optledger {
namespace {

void keep_act(const OperatorRequest& request, const std::string& verb, const Fingerprint& person, Instant now,
              Transaction& transaction) {
  transaction.keep_act({now, verb, request.operator_name, request.reason, request.list, end_of({}, now)},
                       person);
}

EndedList end_on_list(const Ending& ending, const Fingerprint& person, const std::string& list,
                      const ProofWindow& window, Instant now, Transaction& transaction, Entropy& entropy) {
  const auto decision =
      end_subscription(ending, end_facts(person, list, transaction), window, now, fresh_digest(entropy));
  transaction.apply(decision.changes);
  return {list, decision.outcome};
}

Suppress rule_for_every_list(SuppressionKind kind, const Fingerprint& person, const ProofWindow& window,
                             Instant now, Reading& reading) {
  Suppression rule{person, std::nullopt, kind, now, std::nullopt};
  if (kind == SuppressionKind::unsubscribed) rule.until = end_of(window, now);
  const auto known = rule_of(reading.suppressions(person), std::nullopt);
  return {known ? stricter(*known, rule) : rule};
}

UnblockFacts unblock_facts(const Suppression& rule, const std::string& list, Reading& reading) {
  UnblockFacts facts{rule, reading.subscription(rule.person, list), std::nullopt};
  if (facts.subscription) facts.consent = reading.signup(facts.subscription->signup);
  return facts;
}

}  // namespace

EndFacts end_facts(const Fingerprint& person, const std::string& list, Reading& reading) {
  return {.person = person,
          .list = list,
          .subscription = reading.subscription(person, list),
          .signups = reading.signups(person, list),
          .rule = rule_of(reading.suppressions(person), list)};
}

UnsubscribeLink look_at_unsubscribe_link(const Token& token, Store& store) {
  return read_from(store, [&](Reading& reading) {
    UnsubscribeLink link{reading.subscription(token.nonce()), std::nullopt};
    if (link.subscription) link.consent = reading.signup(link.subscription->signup);
    return link;
  });
}

UnsubscribeLink unsubscribe(const Token& token, const std::string& method, const Origin& origin,
                            const ProofWindow& window, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto salt = fresh_digest(entropy);
  const Ending ending{SuppressionKind::unsubscribed, method, token.hash(), origin};
  return write_to(store, [&](Transaction& transaction) {
    UnsubscribeLink link{transaction.subscription(token.nonce()), std::nullopt};
    if (!link.subscription) return link;
    link.consent = transaction.signup(link.subscription->signup);
    const auto facts = end_facts(link.subscription->fingerprint, link.subscription->list, transaction);
    transaction.apply(end_subscription(ending, facts, window, now, salt).changes);
    return link;
  });
}

std::vector<EndedList> end_on_every_list(const Ending& ending, const Fingerprint& person,
                                         const ProofWindow& window, Instant now, Transaction& transaction,
                                         Entropy& entropy) {
  std::vector<EndedList> ended;
  for (const auto& list : transaction.lists_of(person)) {
    ended.push_back(end_on_list(ending, person, list, window, now, transaction, entropy));
  }
  transaction.apply({rule_for_every_list(ending.kind, person, window, now, transaction)});
  return ended;
}

std::vector<EndedList> end_subscriptions(SuppressionKind kind, const OperatorRequest& request,
                                         const ProofWindow& window, const FingerprintKey& key, Store& store,
                                         Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  const Ending ending{kind, request.method, std::nullopt, request.origin};
  const auto verb = kind == SuppressionKind::blocked ? "block" : "unsubscribe";
  return write_to(store, [&](Transaction& transaction) {
    keep_act(request, verb, person, now, transaction);
    if (!request.list) return end_on_every_list(ending, person, window, now, transaction, entropy);
    return std::vector{end_on_list(ending, person, *request.list, window, now, transaction, entropy)};
  });
}

Unblocked unblock(const OperatorRequest& request, const ProofWindow& window, const FingerprintKey& key,
                  Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  const Unblocking unblocking{request.method, request.reason, request.origin};
  return write_to(store, [&](Transaction& transaction) {
    keep_act(request, "unblock", person, now, transaction);
    const auto rules = transaction.suppressions(person);
    const auto is_meant = [&](const Suppression& rule) {
      return rule.kind == SuppressionKind::blocked &&
             (!request.list || !rule.list || rule.list == request.list);
    };
    const auto for_every_list = rule_of(rules, std::nullopt);
    if (request.list && for_every_list && is_meant(*for_every_list)) return Unblocked::on_every_list;
    auto result = Unblocked::not_blocked;
    for (const auto& rule : rules) {
      if (!is_meant(rule)) continue;
      const auto facts =
          rule.list ? unblock_facts(rule, *rule.list, transaction) : UnblockFacts{rule, {}, {}};
      transaction.apply(optledger::unblock(unblocking, facts, window, now, fresh_digest(entropy)));
      result = Unblocked::yes;
    }
    return result;
  });
}

}  // namespace optledger
