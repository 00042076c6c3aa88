// What a proof says about the consent, in the forms that other systems read. A view proves nothing by itself;
// it names the proof that it was made from by the statement of its seal, of which its identifier is made.
#pragma once

#include "lib/base/json.hpp"

#include <optional>

namespace optledger {

// Kantara Consent Receipt 1.1 of the last consent, withdrawn or not. Nothing when none was ever given: a
// permission of the law is no consent. `proof` as assemble_proof() makes it; of anything else, such as the
// receipt of an erasure, there is no view.
std::optional<Json> kantara_receipt(const Json& proof);

// ISO/IEC TS 27560 as JSON-LD with the Data Privacy Vocabulary: one status for each change of the consent.
// Nothing when none was ever asked for.
std::optional<Json> dpv_record(const Json& proof);

}  // namespace optledger
