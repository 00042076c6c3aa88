#include "lib/privacy/erasure_receipt.hpp"

namespace optledger {

Json to_json(const std::vector<BasisPeriod>& periods) {
  Json json = Json::array();
  for (const auto& period : periods) {
    json.push_back({{"basis", to_text(period.basis)},
                    {"since", to_rfc3339(period.since)},
                    {"until", or_null(period.until)}});
  }
  return json;
}

std::vector<BasisPeriod> periods_from_json(const Json& json) {
  std::vector<BasisPeriod> periods;
  for (const auto& one : json) {
    BasisPeriod period{legal_basis_from(one.at("basis").get<std::string>()).value(),
                       parse_rfc3339(one.at("since").get<std::string>()).value(), std::nullopt};
    const auto& until = one.at("until");
    if (!until.is_null()) period.until = parse_rfc3339(until.get<std::string>()).value();
    periods.push_back(period);
  }
  return periods;
}

Json consents_among(const std::vector<BasisPeriod>& periods) {
  Json json = Json::array();
  for (const auto& period : periods) {
    if (is_permission(period.basis)) continue;
    json.push_back({{"basis", to_text(period.basis)},
                    {"consent_given_at", to_rfc3339(period.since)},
                    {"consent_withdrawn_at", or_null(period.until)}});
  }
  return json;
}

Json permissions_among(const std::vector<BasisPeriod>& periods) {
  Json json = Json::array();
  for (const auto& period : periods) {
    if (!is_permission(period.basis)) continue;
    json.push_back({{"basis", to_text(period.basis)},
                    {"permitted_at", to_rfc3339(period.since)},
                    {"ended_at", or_null(period.until)}});
  }
  return json;
}

}  // namespace optledger
