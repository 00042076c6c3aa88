// What the tests of pages look at their HTML with.
#pragma once

#include "service/config/config.hpp"
#include "service/http/templates.hpp"

#include <string>
#include <string_view>

inline const optledger::http::Templates& templates_in_binary() {
  static const optledger::http::Templates templates;
  return templates;
}

// The company whose pages these are, with all that a configuration can say about it.
inline optledger::ControllerConfig example_controller() {
  optledger::ControllerConfig controller;
  controller.name = "Example GmbH";
  controller.street = "Musterstraße 3";
  controller.postal_code = "65189";
  controller.city = "Wiesbaden";
  controller.country = "DE";
  controller.email = "datenschutz@example.de";
  controller.phone = "+49 611 000000";
  controller.contact = "Datenschutzbeauftragte: Dr. Eva Beispiel";
  controller.legal_lines = {"Amtsgericht Wiesbaden, HRB 00000", "Geschäftsführerin: Erika Mustermann"};
  controller.jurisdiction = "DE-HE";
  controller.supervisory_authority = "Der Hessische Beauftragte für Datenschutz und Informationsfreiheit";
  controller.imprint_url = "https://example.de/impressum";
  controller.privacy_url = "https://example.de/datenschutz";
  return controller;
}

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

inline int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}
