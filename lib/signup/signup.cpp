#include "lib/signup/signup.hpp"

#include <stdexcept>

namespace optledger {

std::string_view to_text(SignupState state) {
  switch (state) {
    case SignupState::pending:
      return "pending";
    case SignupState::superseded:
      return "superseded";
    case SignupState::cancelled:
      return "cancelled";
    case SignupState::confirmed:
      return "confirmed";
    case SignupState::withdrawn:
      return "withdrawn";
  }
  return {};
}

SignupState signup_state_from(std::string_view text) {
  for (const auto state : {SignupState::pending, SignupState::superseded, SignupState::cancelled,
                           SignupState::confirmed, SignupState::withdrawn}) {
    if (text == to_text(state)) return state;
  }
  throw std::invalid_argument("unknown signup state in the database");
}

}  // namespace optledger
