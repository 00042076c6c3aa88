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

// `letter_template` gives the template's text for a language. Reads nothing else, writes only what is new.
TextsByList keep_texts(const Config& config,
                       const std::function<std::string(const std::string&)>& letter_template, Store& store,
                       Clock& clock);

}  // namespace optledger
