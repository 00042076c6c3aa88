// What a German court would object to in a confirmation letter (T1.7: LG Stendal, 22 S 87/20), found by
// machine.
#pragma once

#include "lib/letters/letter.hpp"
#include "tests/lib/letters/decode.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::test {

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

inline std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
    ++found;
  return found;
}

inline std::set<std::string> links_in(std::string_view text) {
  std::set<std::string> links;
  for (auto at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 1)) {
    const std::string_view rest = text.substr(at);
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    links.emplace(rest.substr(0, rest.find_first_of(" \t\r\n\"'<>")));
  }
  return links;
}

inline void lint_part(const std::string& part, std::string_view body, const LetterFacts& facts,
                      std::vector<std::string>& complaints) {
  std::set<std::string> actions = links_in(body);
  for (const std::string& link : actions) {
    if (link.find_first_of("?#&") != std::string::npos)
      complaints.push_back(part + ": a link with a query: " + link);
  }
  actions.erase(facts.imprint_url);
  actions.erase(facts.privacy_url);
  if (actions.size() != 1 || !actions.begin()->starts_with(facts.public_url + "/confirm/")) {
    complaints.push_back(part + ": not exactly one action link");
  }
  const std::string words = lower(body);
  for (const char* word : {"willkommen",        "welcome",       "angebot",    "offer",        "rabatt",
                           "discount",          "gutschein",     "voucher",    "gratis",       "kostenlos",
                           "for free",          "jetzt sichern", "exklusiv",   "exclusive",    "freuen uns",
                           "look forward",      "fragen?",       "questions?", "kontaktieren", "contact us",
                           "schreiben sie uns", "folgen sie",    "follow us",  "facebook",     "instagram",
                           "linkedin",          "youtube",       "tiktok",     "whatsapp",     "danke",
                           "thank you",         "mailto:",       "tel:",       "utm_"}) {
    if (words.find(word) != std::string::npos)
      complaints.push_back(part + ": says \"" + std::string(word) + "\"");
  }
}

// Empty when the letter says only what it may.
inline std::vector<std::string> lint(const Letter& letter, const LetterFacts& facts) {
  std::vector<std::string> complaints;
  const Parts parts = parts_of(letter.message);
  lint_part("text", parts.text, facts, complaints);
  lint_part("html", parts.html, facts, complaints);
  if (links_in(parts.text) != links_in(parts.html))
    complaints.push_back("the two parts do not hold the same links");
  const std::string html = lower(parts.html);
  if (count(html, "<a ") != 1) complaints.push_back("html: not exactly one <a>");
  for (const char* loaded :
       {"<img",    "<svg",    "<picture", "<video", "<audio",      "<iframe", "<object",     "<embed",
        "<script", "<style",  "<link",    "<base",  "<form",       "<input",  "background=", "url(",
        "src=",    "@import", "cid:",     "data:",  "javascript:", "onclick", "onload",      "http-equiv"}) {
    if (html.find(loaded) != std::string::npos) complaints.push_back("html: holds " + std::string(loaded));
  }
  for (const std::string& line : facts.controller_lines) {
    if (parts.text.find(line) == std::string::npos)
      complaints.push_back("text: lacks the identification " + line);
  }
  if (parts.text.find(facts.controller_name) == std::string::npos)
    complaints.push_back("text: does not say who asks");
  if (parts.text.find(facts.list_title) == std::string::npos)
    complaints.push_back("text: does not say what for");
  if (lower(parts.header).find("list-unsubscribe") != std::string::npos) {
    complaints.push_back("header: offers to unsubscribe what is not subscribed");
  }
  return complaints;
}

}  // namespace optledger::test
