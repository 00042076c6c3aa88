// What a person's page and the file they download say about them: one says it in sentences, the other brings
// the evidence itself.
#pragma once

#include "service/flows/personal_data.hpp"
#include "service/http/route_parts.hpp"

#include <string>

namespace optledger::http {

struct PersonalDataContext {
  const Config& config;
  const Templates& templates;
  const TokenKeys& token_keys;  // for the unsubscribe links
};

// The values of templates/pages/privacy-data.mustache that come from the data.
Json personal_data_values(const PersonalData& data, const PersonalDataContext& context,
                          const std::string& language);

// The file (Art. 15 and 20 GDPR): "format": "optledger-personal-data/1".
Json personal_data_file(const PersonalData& data, const PersonalDataContext& context,
                        const std::string& language);

// The officer, as far as the configuration names one: contact, else the controller's address for mail.
std::string officer_of(const ControllerConfig& controller);

}  // namespace optledger::http
