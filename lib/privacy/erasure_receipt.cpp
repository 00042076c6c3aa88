#include "lib/privacy/erasure_receipt.hpp"

namespace optledger {

Json consents_to_json(const std::vector<ConsentPeriod>& consents) {
  Json json = Json::array();
  for (const auto& consent : consents) {
    json.push_back({{"consent_given_at", to_rfc3339(consent.confirmed_at)},
                    {"consent_withdrawn_at", or_null(consent.withdrawn_at)}});
  }
  return json;
}

std::vector<ConsentPeriod> consents_from_json(const Json& json) {
  std::vector<ConsentPeriod> consents;
  for (const auto& one : json) {
    ConsentPeriod period{parse_rfc3339(one.at("consent_given_at").get<std::string>()).value(), std::nullopt};
    const auto& end = one.at("consent_withdrawn_at");
    if (!end.is_null()) period.withdrawn_at = parse_rfc3339(end.get<std::string>()).value();
    consents.push_back(period);
  }
  return consents;
}

}  // namespace optledger
