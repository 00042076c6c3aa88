// A person in the provider's group: as they stand there, and as they should.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/person/email_address.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

using Attributes = std::map<std::string, std::string>;

// What the provider said at some moment, in its own words brought into one form. Its times are whole seconds.
struct Receiver {
  std::string id;     // a number, the same in every group of the account
  std::string email;  // as given there: may differ from ours in case, and need not even be an address
  std::optional<Instant> registered;
  std::optional<Instant> activated;
  // However wrong the time may be: who has one is not mailed. It does not say whose will it was.
  std::optional<Instant> deactivated;
  std::optional<Instant> bounced;
  std::optional<Instant> last_changed;
  // The newest unsubscription by their own hand there. Told only about a single receiver.
  std::optional<Instant> left_in_person;
  bool active = false;  // the provider's verdict, which is no comparison of the times
  std::string source;
  Attributes attributes;                         // of the group
  Attributes global_attributes;                  // of the account: shared by all its groups
  std::optional<std::vector<std::string>> tags;  // absent: not told

  bool operator==(const Receiver&) const = default;
};

// Somebody who has confirmed, as the provider should hold them. There is none without times: a provider takes
// an address that comes without any for an active one.
struct DesiredReceiver {
  EmailAddress email;
  Instant registered{};  // they asked for it
  Instant activated{};   // they confirmed it
  // Lifts a `deactivated` there. Only for somebody who confirmed after that moment: it would bring back
  // whoever has left since.
  bool reactivates = false;
  std::string source;
  Attributes attributes;          // of the group; others stay as they are
  std::vector<std::string> tags;  // added; others stay

  bool operator==(const DesiredReceiver&) const = default;
};

}  // namespace optledger
