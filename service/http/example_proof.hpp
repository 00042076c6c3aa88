// A proof to look at: the story of a person who does not exist, told by the decisions and the letter of the
// product itself, so that it says nothing that a real proof would not say.
#pragma once

#include "lib/base/json.hpp"
#include "lib/consent/origin.hpp"
#include "lib/consent/wording.hpp"
#include "service/config/config.hpp"

#include <string>
#include <vector>

namespace optledger::http {

class Templates;

struct ExampleStory {
  EmailAddress address;
  std::string locale;  // a language that the confirmation letter exists in
  std::string list;    // its id
  std::string list_title;
  std::string wording;
  std::vector<PurposeText> purposes;  // the person ticks all of them
  std::string privacy_notice;
  std::string customer_notice;  // of the right to object
  Origin origin;
};

// Signed up, written to, confirmed. Throws std::invalid_argument when a letter cannot be made of it.
Json example_proof(const ExampleStory& story, const ControllerConfig& controller, const Templates& templates);

// Permitted as an existing customer, and objected.
Json example_permission_proof(const ExampleStory& story, const ControllerConfig& controller,
                              const Templates& templates);

// What is left of them once they have been erased at their request.
Json example_receipt(const ExampleStory& story, const ControllerConfig& controller,
                     const Templates& templates, const std::string& language);

}  // namespace optledger::http
