// Who signs somebody up: anybody, a backend with an API key, or one that signs its call (Standard Webhooks
// 1.0.0) with a secret of the list.
#pragma once

#include "lib/person/fingerprint.hpp"
#include "service/config/config.hpp"
#include "service/http/callers.hpp"

#include <tl/expected.hpp>

#include <optional>

namespace optledger::http {

struct SignupCaller {
  bool is_backend = false;     // may state what it saw: ip, user_agent, signed_up_at
  std::optional<Digest> call;  // of a signed call: a second one with the same webhook-id is the same call
};

// A credential that is sent has to hold, also where none is needed: 401, and 403 for a key without the
// scope. Nobody in particular: 403 where the list is for backends only.
tl::expected<SignupCaller, Problem> signup_caller(const Request& request, const ListConfig& list,
                                                  const FingerprintKey& key, Store& store, Instant now);

}  // namespace optledger::http
