// From the fields of a sign-up to a request the product believes: every value parsed into its type, all that
// is wrong said at once.
#pragma once

#include "lib/signup/request_signup.hpp"
#include "service/flows/keep_texts.hpp"
#include "service/http/signup_fields.hpp"

#include <tl/expected.hpp>

namespace optledger::http {

struct SignupContext {
  const ListConfig& list;
  const std::map<std::string, ListTexts, std::less<>>& texts;  // of this list by language
  std::string accept_language;
  Origin origin;                   // of the HTTP request
  bool caller_is_backend = false;  // authenticated: may state the subscriber's ip, user_agent, signed_up_at
  Instant now;
};

tl::expected<SignupRequest, FieldErrors> read_signup(const SignupFields& fields,
                                                     const SignupContext& context);

}  // namespace optledger::http
