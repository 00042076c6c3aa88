// What we know of a person in the provider's group: what it last acknowledged, and whether something is owed.
// There is no list of commands: a run compares this with what the provider should hold and closes the
// difference, so that it can break off anywhere and be repeated.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

enum class Acknowledged {
  never,     // nothing was ever sent, or the receiver is known to be gone
  unknown,   // something was sent and the answer is not known
  active,    // is mailed there
  inactive,  // is there, and is not mailed
};

std::string_view to_text(Acknowledged acknowledged);
Acknowledged acknowledged_from(std::string_view text);  // throws std::invalid_argument

struct ProviderReceiver {
  std::string list;
  Fingerprint person;
  std::optional<std::string> provider_id;  // as the provider numbers receivers
  Acknowledged acknowledged = Acknowledged::never;
  std::optional<Digest> content;     // SHA-256 of what was acknowledged, in canonical JSON
  std::optional<Digest> commitment;  // how the last `provider_changed` record committed to it
  // The provider's time for our own deactivation there, which says nothing about what the person wants.
  std::optional<Instant> our_deactivation;
  std::optional<Instant> due_at;  // absent: in step
  int attempts = 0;               // that failed since it was last in step
  bool look = false;              // the provider hinted at a change: read before anything is sent
};

}  // namespace optledger
