// Why somebody may be mailed. Only a double opt-in of our own is a proven consent. A permission is given by
// the law without one; a consent of foreign origin is what another system said. Each says so wherever it
// appears.
#pragma once

#include "lib/base/json.hpp"

#include <optional>
#include <string_view>

namespace optledger {

enum class LegalBasis {
  double_opt_in,      // the person consented and confirmed it by mail
  existing_customer,  // § 7 Abs. 3 UWG: bought, was told about the right to object, has not objected
  foreign_consent,    // was mailed by the provider before this service was there; not proven here
};

// Given by the law, and not by the person, here or elsewhere.
constexpr bool is_permission(LegalBasis basis) { return basis == LegalBasis::existing_customer; }

std::string_view to_text(LegalBasis basis);
std::optional<LegalBasis> legal_basis_from(std::string_view text);

// Puts `basis` into the details of a record of a permission; those of a double opt-in stay as they are.
void mark(LegalBasis basis, Json& details);

}  // namespace optledger
