#include "lib/consent/legal_basis.hpp"

namespace optledger {

std::string_view to_text(LegalBasis basis) {
  switch (basis) {
    case LegalBasis::double_opt_in:
      return "double_opt_in";
    case LegalBasis::existing_customer:
      return "existing_customer";
    case LegalBasis::foreign_consent:
      return "foreign_consent";
  }
  return {};
}

std::optional<LegalBasis> legal_basis_from(std::string_view text) {
  for (const auto basis :
       {LegalBasis::double_opt_in, LegalBasis::existing_customer, LegalBasis::foreign_consent}) {
    if (text == to_text(basis)) return basis;
  }
  return std::nullopt;
}

void mark(LegalBasis basis, Json& details) {
  if (basis != LegalBasis::double_opt_in) details["basis"] = to_text(basis);
}

}  // namespace optledger
