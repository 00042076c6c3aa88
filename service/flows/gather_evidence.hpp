// All evidence that is held about one address on one list, as a proof wants it: records with their salts, and
// the texts and letters that they name.
#pragma once

#include "lib/proof/proof.hpp"
#include "service/config/config.hpp"
#include "service/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct HeldEvidence {
  ProofParts parts;
  Id signup{};  // of the last record: to it belongs what is recorded about the evidence itself
};

// A proof is about one spelling, since consent is proven per literal address; what is held about a person
// comes in all that they used.
enum class Spellings { one, all };

// About the spelling that was asked for when it was used, else the latest one: the fingerprint finds other
// spellings of the local part too. Nothing when none is held.
std::optional<HeldEvidence> gather_evidence(const EmailAddress& asked, const Fingerprint& person,
                                            const std::string& list, Spellings spellings,
                                            const Config& config, Reading& reading);

// Every spelling that evidence is held about, oldest first.
std::vector<EmailAddress> spellings_of(const Fingerprint& person, const std::string& list, Reading& reading);

// Who is responsible, as every proof says it: all that the configuration holds about the controller but the
// privacy notices, which stand in a proof when a record names them. Members are always all present, like
// those of a record: null, or an empty list, when there is nothing to say.
Json controller_in_proof(const ControllerConfig& controller);

}  // namespace optledger
