// Everything that is held about a person, for that person (Art. 15 and 20 GDPR): who has the link to it has
// shown that the mailbox is theirs. The request for the link is the record of the look-up.
#pragma once

#include "lib/base/json.hpp"
#include "service/config/config.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct PersonOnList {
  std::string list;
  std::optional<std::string> name;
  std::optional<Subscription> subscription;
  LegalBasis basis = LegalBasis::double_opt_in;  // what the subscription rests on
  std::optional<Json> evidence;                  // as evidence_about() gives it
};

struct DeclaredErasure {
  ErasureReceipt receipt;
  std::string declaration;
};

struct PersonalData {
  EmailAddress address;
  Instant read_at{};
  std::vector<PersonOnList> lists = {};
  std::vector<Suppression> suppressions = {};
  std::vector<DeclaredErasure> erasures = {};
  std::vector<OperatorAct> acts = {};
  std::vector<PrivacyRequest> requests = {};
};

// `link`: an open one (look_at_privacy_link).
PersonalData read_personal_data(const PrivacyRequest& link, const Config& config, Store& store, Clock& clock);

}  // namespace optledger
