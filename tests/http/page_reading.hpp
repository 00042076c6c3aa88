// What the tests of pages look at their HTML with.
#pragma once

#include <string>
#include <string_view>

#include "service/http/templates.hpp"

inline const optledger::http::Templates& templates_in_binary() {
  static const optledger::http::Templates templates;
  return templates;
}

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

inline int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}
