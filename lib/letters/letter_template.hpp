// The words of a letter in one language: one self-contained text, so that its SHA-256 names everything a
// reader could have been told. Layout (see templates/letters/):
//
//   # comment
//   language: de
//   months: Januar Februar … Dezember
//   --- subject ---
//   --- text ---
//   --- html ---
//
// The three parts are mustache: {{name}}, {{#name}}…{{/name}}, {{^name}}…{{/name}} and {{! comment }} over a
// fixed set of names. Values in the html part are always escaped; {{{name}}}, {{&name}}, partials and other
// delimiters are refused.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace optledger {

struct LetterTemplate {
  std::string language;                // BCP 47, "de"
  std::array<std::string, 12> months;  // January first
  std::string subject;                 // one line
  std::string text;
  std::string html;
};

// Throws std::invalid_argument saying what is missing or wrong: so a company's own template fails at start,
// not as a letter with a gap in it.
LetterTemplate parse_letter_template(std::string_view template_text);

}  // namespace optledger
