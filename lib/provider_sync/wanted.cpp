#include "lib/provider_sync/wanted.hpp"

namespace optledger {

Wanted wanted(const ProviderStanding& standing) {
  if (!standing.subscription || !standing.consent) return Wanted::absent;
  const bool in_force = standing.subscription->state == SubscriptionState::confirmed;
  const bool may_be_mailed = !is_suppressed(standing.rules, standing.consent->requested_at);
  return in_force && may_be_mailed ? Wanted::active : Wanted::inactive;
}

DesiredReceiver desired_receiver(const ProviderStanding& standing, const ReceiverTerms& terms,
                                 const std::string& unsubscribe_url) {
  const auto& consent = standing.consent.value();
  DesiredReceiver desired{.email = consent.address.value(),
                          .registered = consent.requested_at,
                          .activated = standing.subscription.value().confirmed_at,
                          .source = terms.source,
                          .attributes = {},
                          .tags = terms.tags};
  // Without a name the attribute is emptied: the name may have been removed.
  if (!terms.name_attribute.empty()) desired.attributes[terms.name_attribute] = consent.name.value_or("");
  if (!terms.unsubscribe_attribute.empty()) {
    desired.attributes[terms.unsubscribe_attribute] = unsubscribe_url;
  }
  return desired;
}

Json content_of(const DesiredReceiver& desired) {
  return {{"email", desired.email.text()},
          {"registered", to_rfc3339(desired.registered)},
          {"activated", to_rfc3339(desired.activated)},
          {"source", desired.source},
          {"attributes", desired.attributes},
          {"tags", desired.tags}};
}

std::vector<std::string> field_names(const Json& content) {
  std::vector<std::string> names;
  for (const auto& [name, value] : content.items()) {
    if (name != "attributes") names.push_back(name);
  }
  for (const auto& [name, value] : content.at("attributes").items()) names.push_back("attributes." + name);
  return names;
}

}  // namespace optledger
