#include "lib/base/json.hpp"
#include "lib/letters/letter.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace optledger {
namespace {

[[noreturn]] void refuse_facts(const std::string& what) { throw std::invalid_argument("letter facts: " + what); }

// The members that are one text each; controller_lines is the only other.
constexpr std::array<std::pair<const char*, std::string LetterFacts::*>, 7> texts = {{
    {"controller_name", &LetterFacts::controller_name},
    {"from_address", &LetterFacts::from_address},
    {"from_name", &LetterFacts::from_name},
    {"imprint_url", &LetterFacts::imprint_url},
    {"list_title", &LetterFacts::list_title},
    {"privacy_url", &LetterFacts::privacy_url},
    {"public_url", &LetterFacts::public_url},
}};
constexpr const char* lines_member = "controller_lines";

const Json& member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) refuse_facts(std::string(name) + " is missing");
  return *found;
}

std::string text_of(const Json& value, const char* name) {
  if (!value.is_string()) refuse_facts(std::string(name) + " must hold text");
  return value.get<std::string>();
}

}  // namespace

std::string to_canonical_text(const LetterFacts& facts) {
  Json object = {{lines_member, facts.controller_lines}};
  for (const auto& [name, text] : texts) object[name] = facts.*text;
  return to_canonical_json(object);
}

LetterFacts letter_facts_from(std::string_view canonical_text) {
  const auto parsed = parse_strict_json(canonical_text);
  if (!parsed) refuse_facts(parsed.error());
  if (!parsed->is_object() || parsed->size() != texts.size() + 1) refuse_facts("not the members of this version");
  LetterFacts facts;
  for (const auto& [name, text] : texts) facts.*text = text_of(member(*parsed, name), name);
  const Json& lines = member(*parsed, lines_member);
  if (!lines.is_array()) refuse_facts("controller_lines must be an array");
  for (const Json& line : lines) facts.controller_lines.push_back(text_of(line, lines_member));
  return facts;
}

}  // namespace optledger
