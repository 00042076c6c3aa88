// What the provider should hold about one person on one list: who has confirmed and may be mailed is active
// there with the right facts, nobody else is.
#pragma once

#include "lib/base/json.hpp"
#include "lib/provider_sync/receiver.hpp"
#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"
#include "lib/suppression/suppression.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct ProviderStanding {
  Fingerprint person;
  std::string list;
  std::optional<Subscription> subscription;
  std::optional<Signup> consent;   // what it rests on
  std::vector<Suppression> rules;  // those that cover the person and list
};

enum class Wanted {
  active,
  inactive,  // left, blocked or restricted: may stay there, is not mailed
  absent,    // nothing is held here any more, or never was
};

Wanted wanted(const ProviderStanding& standing);

// What a list's configuration says about its receivers.
struct ReceiverTerms {
  std::string source;
  std::string name_attribute;         // empty: names are not passed on
  std::string unsubscribe_attribute;  // empty: links are not passed on
  std::vector<std::string> tags;
};

// Of a standing that is wanted active. `unsubscribe_url`: the person's own link.
DesiredReceiver desired_receiver(const ProviderStanding& standing, const ReceiverTerms& terms,
                                 const std::string& unsubscribe_url);

// Whether all that we send stands there. Only ours is compared: what others put into the account is theirs.
bool has_our_facts(const Receiver& theirs, const DesiredReceiver& desired);

// All that is sent about a person, and its names: what records commit to.
Json content_of(const DesiredReceiver& desired);
std::vector<std::string> field_names(const Json& content);

}  // namespace optledger
