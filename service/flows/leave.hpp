// Whoever leaves: by the link in a newsletter, or by an operator who passes their wish on.
#pragma once

#include "lib/base/token.hpp"
#include "lib/subscription/end_subscription.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

// What there is to end about one person on one list.
EndFacts end_facts(const Fingerprint& person, const std::string& list, Reading& reading);

struct UnsubscribeLink {
  std::optional<Subscription> subscription;  // none: the evidence is deleted, so nothing is left to end
  std::optional<Signup> consent;             // what it rests on
};

// Writes nothing at all.
UnsubscribeLink look_at_unsubscribe_link(const Token& token, Store& store);

// Ends the subscription of the token, as it stood before the call. Repeated: nothing new is recorded.
UnsubscribeLink unsubscribe(const Token& token, const std::string& method, const Origin& origin,
                            const ProofWindow& window, Store& store, Clock& clock, Entropy& entropy);

// An operator's act about one person, on one list or on all.
struct OperatorRequest {
  EmailAddress address;
  std::optional<std::string> list;
  std::string reason;  // never empty, holds no address (problem_with_reason)
  std::string operator_name;
  std::string method;  // "api" or "command"
  Origin origin;
};

struct EndedList {
  std::string list;
  EndDecision::Outcome outcome;
};

// The end on every list the person is or was on, and a rule for all there will be; inside a transaction.
std::vector<EndedList> end_on_every_list(const Ending& ending, const Fingerprint& person,
                                         const ProofWindow& window, Instant now, Transaction& transaction,
                                         Entropy& entropy);

// Unsubscribes or blocks. Without a list: every list the person is or was on, and a rule for all there will
// be. The rule holds even when nothing was known about the address.
std::vector<EndedList> end_subscriptions(SuppressionKind kind, const OperatorRequest& request,
                                         const ProofWindow& window, const FingerprintKey& key, Store& store,
                                         Clock& clock, Entropy& entropy);

enum class Unblocked {
  yes,
  not_blocked,
  on_every_list,  // the block is for every list, so it can only be lifted for every list
};

// Without a list: every block of the person.
Unblocked unblock(const OperatorRequest& request, const ProofWindow& window, const FingerprintKey& key,
                  Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
