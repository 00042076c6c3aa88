// A signup is a request to join that nobody has confirmed yet; confirmed, it is the consent and owns its
// evidence: every record of a person belongs to one signup and is erased with it. A permission without
// consent is kept the same way: in force from the start, without a letter, and marked by its basis.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/consent/legal_basis.hpp"
#include "lib/person/email_address.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

enum class SignupState {
  pending,     // waits for its POST
  superseded,  // a newer signup of the same address and list took its place; its link is dead
  cancelled,   // "this was not me": emptied of the address, kept until its end so that no new letter goes out
               // at once
  confirmed,   // in force
  withdrawn,   // was in force and has ended: kept as evidence until held_until, for nothing else
};

std::string_view to_text(SignupState state);
SignupState signup_state_from(std::string_view text);  // throws std::invalid_argument

// Which letter template and facts make this signup's letter; both are stored documents named by their
// SHA-256.
struct LetterBasis {
  Digest letter_template{};
  Digest facts{};
};

struct Signup {
  Id id{};  // also the nonce of its confirm token
  std::string list;
  Fingerprint fingerprint;
  std::optional<EmailAddress> address;  // absent once cancelled
  std::optional<std::string> name;
  std::string locale;
  std::optional<LetterBasis> letter;  // exactly when it is a double opt-in
  SignupState state = SignupState::pending;
  Instant requested_at{};
  Instant expires_at{};                      // of the link; says nothing once confirmed
  std::optional<Instant> confirmed_at = {};  // since when it is in force
  std::optional<Instant> withdrawn_at = {};
  std::optional<Instant> held_until = {};  // end of the proof window, once withdrawn
  LegalBasis basis = LegalBasis::double_opt_in;
};

}  // namespace optledger
