#include "service/flows/check_suppressions.hpp"

#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {
namespace {

// The rule for every list stays after somebody has come back to one of them.
bool is_overtaken(const Suppression& rule, const std::string& list, Reading& reading) {
  if (rule.kind != SuppressionKind::unsubscribed) return false;
  const auto subscription = reading.subscription(rule.person, list);
  return subscription && may_be_mailed(*subscription, reading.signup(subscription->signup), {rule});
}

std::optional<Suppression> rule_against(const Fingerprint& person, const std::optional<std::string>& list,
                                        Reading& reading) {
  const auto all = reading.suppressions(person);
  const auto rules = list ? covering(all, *list) : all;
  std::optional<Suppression> strictest;
  for (const auto& rule : rules) {
    if (list && is_overtaken(rule, *list, reading)) continue;
    strictest = strictest ? stricter(*strictest, rule) : rule;
  }
  return strictest;
}

}  // namespace

std::vector<SuppressionAnswer> check_suppressions(const std::vector<EmailAddress>& addresses,
                                                  const std::optional<std::string>& list,
                                                  const FingerprintKey& key, Store& store) {
  return read_from(store, [&](Reading& reading) {
    std::vector<SuppressionAnswer> answers;
    for (const auto& address : addresses) {
      answers.push_back({rule_against(fingerprint_of(address, key), list, reading)});
    }
    return answers;
  });
}

}  // namespace optledger
