// What happens to a confirm link: a GET looks, a POST confirms or cancels.
#pragma once

#include "lib/base/token.hpp"
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

// "This was not me".
ConfirmLink cancel(const Token& token, const Cancellation& cancellation, Store& store, Clock& clock,
                   Entropy& entropy);

}  // namespace optledger
