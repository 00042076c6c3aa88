// What a person does with the link to their data: one transaction for each act, each right once for each
// link.
#pragma once

#include "lib/base/token.hpp"
#include "lib/consent/origin.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/person/person_name.hpp"
#include "lib/privacy/privacy_request.hpp"
#include "service/flows/erase_person.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <string>

namespace optledger {

// The open link behind a token; none when it is over. Writes nothing.
std::optional<PrivacyRequest> look_at_privacy_link(const Token& token, Store& store, Clock& clock);

struct Act {
  PrivacyRight right;
  std::optional<PersonName> name = {};            // for a correction; absent: the name is removed
  std::optional<Declarations> declarations = {};  // for an erasure: the person confirms what fits
  Origin origin = {};
};

struct ActResult {
  enum class Outcome {
    done,
    repeated,  // this link was used for it before: nothing changed
    refused,   // the erasure without the declaration: restricted until `kept_until`
    over,      // the link
    nothing,   // there is nothing it could be about
  };
  Outcome outcome;
  std::optional<Instant> kept_until = {};  // of what stays after an erasure
};

ActResult exercise_right(const Token& token, const Act& act, const ProofWindow& window, Store& store,
                         Clock& clock, Entropy& entropy);

}  // namespace optledger
