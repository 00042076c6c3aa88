// "Prove that I consented": everything held about one address on one list, and the note of who asked and why.
#pragma once

#include "lib/proof/proof.hpp"
#include "service/config/config.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace optledger {

struct ProofRequest {
  EmailAddress address;
  std::optional<std::string> list;
  std::string reason;         // mandatory, never empty
  std::string operator_name;  // API key or operating system user
};

struct NothingHeld {};
struct ListNeeded {
  std::vector<std::string> lists;
};

// The person was erased on their request: what remains is the receipt, which is the proof now (T2.8).
struct ErasedPerson {
  Json receipt;
};

using ProofResult = std::variant<Json, ErasedPerson, NothingHeld, ListNeeded>;

// The look-up is on disk before anything is answered, also when nothing is held.
ProofResult look_up_proof(const ProofRequest& request, const Config& config, const FingerprintKey& key,
                          Store& store, Clock& clock);

// The proof of one address on one list, inside a reading and without a note of it: for the person themselves.
// Nothing when no evidence is held.
std::optional<Json> proof_about(const EmailAddress& asked, const Fingerprint& person, const std::string& list,
                                const Config& config, Instant now, Reading& reading);

// The words by which the person of a receipt declared that they had consented.
std::string declaration_of(const ErasureReceipt& receipt, Reading& reading);

// Who is responsible, as every proof says it: all that the configuration holds about the controller but the
// privacy notices, which stand in a proof when a record names them. Members are always all present, like
// those of a record: null, or an empty list, when there is nothing to say.
Json controller_in_proof(const ControllerConfig& controller);

// Nothing when the reason may be kept; else what is wrong with it: empty, too long, or it contains an
// address, which would outlive the person's erasure.
std::optional<std::string> problem_with_reason(std::string_view reason);

}  // namespace optledger
