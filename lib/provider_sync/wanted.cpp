#include "lib/provider_sync/wanted.hpp"

#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {

Wanted wanted(const ProviderStanding& standing) {
  if (!standing.subscription || !standing.consent) return Wanted::absent;
  return may_be_mailed(*standing.subscription, standing.consent, standing.rules) ? Wanted::active
                                                                                 : Wanted::inactive;
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

bool has_our_facts(const Receiver& theirs, const DesiredReceiver& desired) {
  return std::all_of(desired.attributes.begin(), desired.attributes.end(), [&](const auto& attribute) {
    const auto found = theirs.attributes.find(attribute.first);
    const auto& value = found == theirs.attributes.end() ? std::string() : found->second;
    return value == attribute.second;
  });
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
