#include "service/flows/sign_up.hpp"

namespace optledger {
namespace {

std::int64_t records_while_pending(const std::vector<Signup>& signups, Reading& reading) {
  std::int64_t count = 0;
  for (const auto& signup : signups) {
    if (signup.state == SignupState::pending) count += reading.count_records(signup.id);
  }
  return count;
}

}  // namespace

SignupDecision::Outcome sign_up(const SignupRequest& request, const SignupPolicy& policy,
                                const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const FreshSignup fresh{.id = fresh_id(now, entropy), .salt = fresh_digest(entropy)};
  const auto fingerprint = fingerprint_of(request.address, key);
  return write_to(store, [&](Transaction& transaction) {
    SignupFacts facts{
        .fingerprint = fingerprint,
        .signups = transaction.signups(fingerprint, request.list),
        .wording_known = !request.wording_stated || transaction.knows_wording(request.list, request.wording),
        .suppressions = covering(transaction.suppressions(fingerprint), request.list),
        .call_known = request.call && transaction.knows_webhook_call(*request.call),
    };
    facts.records = records_while_pending(facts.signups, transaction);
    auto decision = request_signup(request, facts, policy, now, fresh);
    transaction.apply(decision.changes);
    transaction.apply(rehearsal(decision, request, policy, now, fresh));
    return decision.outcome;
  });
}

}  // namespace optledger
