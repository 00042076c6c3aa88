#include "service/flows/confirm.hpp"

namespace optledger {

ConfirmLink look_at_confirm_link(const Token& token, Store& store, Clock& clock) {
  const auto now = clock.now();
  auto signup = read_from(store, [&](Reading& reading) { return reading.signup(token.nonce()); });
  const auto state = link_state(signup, now);
  return {state, std::move(signup)};
}

ConfirmResult confirm(const Token& token, const std::string& method, const Origin& origin, Store& store,
                      Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const Confirmation confirmation{.token_hash = token.hash(), .method = method, .origin = origin};
  const FreshConfirmation fresh{.subscription_nonce = fresh_id(now, entropy), .salt = fresh_digest(entropy)};
  return write_to(store, [&](Transaction& transaction) {
    ConfirmFacts facts{.signup = transaction.signup(token.nonce()), .subscription = std::nullopt};
    if (facts.signup) {
      facts.subscription = transaction.subscription(facts.signup->fingerprint, facts.signup->list);
    }
    const auto decision = confirm_signup(confirmation, facts, now, fresh);
    transaction.apply(decision.changes);
    return ConfirmResult{decision.link, facts.signup, decision.subscription};
  });
}

ConfirmLink cancel(const Token& token, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto salt = fresh_digest(entropy);
  return write_to(store, [&](Transaction& transaction) {
    auto signup = transaction.signup(token.nonce());
    std::vector<std::int64_t> leaves;
    for (const auto& record : transaction.records(token.nonce())) leaves.push_back(record.leaf_index);
    const auto decision = cancel_signup(signup, leaves, now, salt);
    transaction.apply(decision.changes);
    return ConfirmLink{decision.link, std::move(signup)};
  });
}

}  // namespace optledger
