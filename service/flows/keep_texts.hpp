// Stores, once and for good, every text a person may agree to or be sent: wordings, privacy notices, letters.
#pragma once

#include "lib/consent/wording.hpp"
#include "lib/signup/signup.hpp"
#include "service/config/config.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <functional>
#include <map>
#include <string>

namespace optledger {

// What is current for one list in one language.
struct ListTexts {
  std::string title;
  Wording wording;
  std::optional<Digest> privacy_notice;
  LetterBasis letter;
};

// list -> language -> texts
using TextsByList = std::map<std::string, std::map<std::string, ListTexts, std::less<>>, std::less<>>;

struct Texts {
  TextsByList lists;
  std::map<std::string, LetterBasis, std::less<>> privacy_letter;  // by language
};

// A template's text by the letter's name ("confirmation", "privacy") and the language.
using LetterTemplateText = std::function<std::string(const std::string& letter, const std::string& language)>;

// `languages`: those that have words. Reads nothing else, writes only what is new.
Texts keep_texts(const Config& config, const std::vector<std::string>& languages,
                 const LetterTemplateText& letter_template, Store& store, Clock& clock);

}  // namespace optledger
