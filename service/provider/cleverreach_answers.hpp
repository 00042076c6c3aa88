// What CleverReach sends, from bytes to values; no call here. Lenient where it has been seen to differ from
// itself (texts and numbers, two shapes of errors, [] for {}), strict where a guess could lose a receiver.
// Errors of these functions are one sentence that repeats nothing of the answer.
#pragma once

#include "lib/base/json.hpp"
#include "lib/provider_sync/blacklisting.hpp"
#include "lib/provider_sync/bounce.hpp"
#include "lib/provider_sync/receiver.hpp"
#include "lib/provider_sync/upsert_outcome.hpp"
#include "service/provider/provider.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace optledger::cleverreach {

template <class T>
using Read = tl::expected<T, std::string>;

struct Answer {
  int status = 0;  // of the error in the body where there is one, since it may come with 200; else HTTP's
  Json value;      // null for errors and where there is no body
  bool has_body = false;
  std::string words;  // of an error: may quote an address, or worse

  bool is_success() const { return status >= 200 && status < 300; }
};

// Fails for a success that is not JSON. What accompanies a failure need not be.
Read<Answer> parse_answer(int http_status, std::string_view body);

// The words of an error as far as they can stand in a log: one short line without anything that looks like an
// address or a secret.
std::string quotable(std::string_view words);

struct AccessToken {
  Secret text;
  Duration lifetime{};
};
Read<AccessToken> to_access_token(const Answer& answer);

// `true`, an object, or 204 without a body.
Read<bool> to_done(const Answer& answer);

Read<Receiver> to_receiver(const Json& value);

// A page. Every row has to be a receiver: one that is passed over would be missing from a comparison.
Read<std::vector<Receiver>> to_receivers(const Answer& answer);

// The receivers that a batch wrote; `false` when there are none. Anything else in the list is no receiver, so
// it counts among those that are missing.
Read<std::vector<Receiver>> to_written(const Answer& answer);

// One outcome for each of `count` items; all unknown when the answer has another number of them.
Read<std::vector<UpsertOutcome>> to_outcomes(const Answer& answer, std::size_t count);

Read<ProviderGroup> to_group(const Json& value);
Read<std::vector<ProviderGroup>> to_groups(const Answer& answer);
Read<std::vector<ProviderAttribute>> to_attributes(const Answer& answer);
Read<std::vector<Blacklisting>> to_blacklist(const Answer& answer);
Read<std::vector<Bounce>> to_bounces(const Answer& answer);
Read<ProviderHook> to_hook(const Answer& answer);
Read<ProviderAccount> to_account(const Answer& answer);

}  // namespace optledger::cleverreach
