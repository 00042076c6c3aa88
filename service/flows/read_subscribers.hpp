// Who may be mailed, and why: read page by page, so that their number costs no memory.
#pragma once

#include "lib/consent/legal_basis.hpp"
#include "service/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct Subscriber {
  EmailAddress address;
  std::optional<std::string> name;
  LegalBasis basis;
  Subscription subscription;
};

struct SubscriberPage {
  std::vector<Subscriber> subscribers;
  std::optional<Subscription> last;  // where the next page begins; absent: this was the last one
};

// Those behind `last`, or the first of all, out of the next `limit` subscriptions in force; with a list only
// those on it. Whoever a rule forbids to mail, or whose consent is only held any more, is not among them.
SubscriberPage read_subscribers(const std::optional<Subscription>& last, int limit,
                                const std::optional<std::string>& list, Store& store);

}  // namespace optledger
