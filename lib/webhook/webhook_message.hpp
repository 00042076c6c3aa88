// What an endpoint is told about a record, made from what is true when it is sent: what has been erased
// meanwhile is told to nobody, and neither is what does not hold any more.
#pragma once

#include "lib/base/json.hpp"
#include "lib/consent/record.hpp"
#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"
#include "lib/suppression/suppression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Of what an endpoint wants to hear.
struct WebhookWishes {
  std::vector<std::string> events;  // "confirmed", "unsubscribed" (a block is one, too), "erased"
  std::vector<std::string> lists;   // empty: all; `erased` names no list and goes to everybody
  bool include_address = false;
};

// `record`: the canonical JSON of one.
bool is_wanted(std::string_view record, const WebhookWishes& wishes);

struct WebhookFacts {
  std::int64_t leaf_index = 0;
  Digest entry{};
  std::string record;                             // its canonical JSON
  std::optional<Signup> signup = {};              // whose record it is; none: nobody's
  std::optional<Subscription> subscription = {};  // of the same person on the same list
  std::optional<Signup> rests_on = {};            // what that subscription rests on
  std::vector<Suppression> rules = {};            // that cover them
};

struct WebhookMessage {
  std::string id;    // the same at each try, another one for each endpoint
  std::string body;  // JSON
};

// Nothing: it is not to be told. A confirmation is while its consent is in force and nothing forbids to mail
// the person; an unsubscription until the person has confirmed again.
std::optional<WebhookMessage> webhook_message(std::string_view endpoint, const WebhookWishes& wishes,
                                              const WebhookFacts& facts);

}  // namespace optledger
