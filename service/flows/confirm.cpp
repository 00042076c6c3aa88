#include "service/flows/confirm.hpp"

#include "service/flows/leave.hpp"

namespace optledger {
namespace {

// Read also for nobody: an erased signup shall not be told from another by the time of the answer.
std::vector<Suppression> suppressions_of(const std::optional<Signup>& signup, Reading& reading) {
  const auto rules = reading.suppressions(signup ? signup->fingerprint : Fingerprint{});
  return signup ? covering(rules, signup->list) : std::vector<Suppression>{};
}

}  // namespace

ConfirmLink look_at_confirm_link(const Token& token, Store& store, Clock& clock) {
  const auto now = clock.now();
  return read_from(store, [&](Reading& reading) {
    auto signup = reading.signup(token.nonce());
    const auto state = link_state(signup, suppressions_of(signup, reading), now);
    std::optional<Subscription> subscription;
    if (state == LinkState::confirmed) subscription = reading.subscription(signup->fingerprint, signup->list);
    return ConfirmLink{state, std::move(signup), std::move(subscription)};
  });
}

ConfirmResult confirm(const Token& token, const std::string& method, const Origin& origin, Store& store,
                      Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const Confirmation confirmation{.token_hash = token.hash(), .method = method, .origin = origin};
  const FreshConfirmation fresh{.subscription_nonce = fresh_id(now, entropy), .salt = fresh_digest(entropy)};
  return write_to(store, [&](Transaction& transaction) {
    ConfirmFacts facts{
        .signup = transaction.signup(token.nonce()), .suppressions = {}, .subscription = std::nullopt};
    facts.suppressions = suppressions_of(facts.signup, transaction);
    facts.subscription = facts.signup
                             ? transaction.subscription(facts.signup->fingerprint, facts.signup->list)
                             : transaction.subscription(Fingerprint{}, {});
    const auto decision = confirm_signup(confirmation, facts, now, fresh);
    transaction.apply(decision.changes);
    return ConfirmResult{decision.link, facts.signup, decision.subscription};
  });
}

ConfirmLink cancel(const Token& token, const Cancellation& cancellation, const ProofWindow& window,
                   Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto salt = fresh_digest(entropy);
  return write_to(store, [&](Transaction& transaction) {
    auto signup = transaction.signup(token.nonce());
    std::vector<std::int64_t> leaves;
    for (const auto& record : transaction.records(token.nonce())) leaves.push_back(record.leaf_index);
    const auto decision = cancel_signup(signup, suppressions_of(signup, transaction), leaves, now, salt);
    transaction.apply(decision.changes);
    if (decision.link == LinkState::open && cancellation.no_more_letters) {
      const Ending objection{SuppressionKind::blocked, cancellation.method, token.hash(),
                             cancellation.origin};
      end_on_every_list(objection, signup->fingerprint, window, now, transaction, entropy);
    }
    return ConfirmLink{decision.link, std::move(signup), std::nullopt};
  });
}

}  // namespace optledger
