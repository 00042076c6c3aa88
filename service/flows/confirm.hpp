// What happens to a confirm link: a GET looks, a POST confirms or cancels.
#pragma once

#include "lib/base/token.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

namespace optledger {

struct ConfirmLink {
  LinkState state;
  std::optional<Signup> signup;
  std::optional<Subscription> subscription;  // in force, when the link is confirmed
};

// Writes nothing at all.
ConfirmLink look_at_confirm_link(const Token& token, Store& store, Clock& clock);

struct ConfirmResult {
  LinkState state;  // before the POST; `open` means: confirmed by it
  std::optional<Signup> signup;
  std::optional<Subscription> subscription;
};

ConfirmResult confirm(const Token& token, const std::string& method, const Origin& origin, Store& store,
                      Clock& clock, Entropy& entropy);

struct Cancellation {
  bool no_more_letters = false;  // an objection: nobody can make us write to the person again
  std::string method;            // "page"
  Origin origin;
};

// "This was not me". With the objection every subscription of the person ends, as by a block of an operator.
ConfirmLink cancel(const Token& token, const Cancellation& cancellation, const ProofWindow& window,
                   Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
