#include "service/flows/keep_texts.hpp"

#include "lib/base/hash.hpp"
#include "lib/letters/letter.hpp"

namespace optledger {
namespace {

LetterFacts facts_for(const Config& config, const std::string& list_title) {
  const auto& controller = config.controller;
  LetterFacts facts{
      .from_name = config.mail.from_name,
      .from_address = config.mail.from_address,
      .list_title = list_title,
      .controller_name = controller.name,
      .controller_lines = {controller.street,
                           controller.postal_code + " " + controller.city + ", " + controller.country},
      .imprint_url = controller.imprint_url,
      .privacy_url = controller.privacy_url,
      .public_url = config.server.public_url,
  };
  auto& lines = facts.controller_lines;
  lines.insert(lines.end(), controller.legal_lines.begin(), controller.legal_lines.end());
  if (!controller.email.empty()) lines.push_back(controller.email);
  if (!controller.phone.empty()) lines.push_back(controller.phone);
  return facts;
}

Wording wording_for(const ListConfig& list, const std::string& language) {
  std::vector<PurposeText> purposes;
  for (const auto& purpose : list.purposes) purposes.push_back({purpose.id, purpose.text.at(language)});
  return make_wording(list.wording.at(language), purposes);
}

Digest keep(Transaction& transaction, const std::string& text) {
  const auto hash = sha256(text);
  transaction.keep_document(hash, text);
  return hash;
}

}  // namespace

Texts keep_texts(const Config& config, const std::vector<std::string>& languages,
                 const LetterTemplateText& letter_template, Store& store, Clock& clock) {
  const auto now = clock.now();
  return write_to(store, [&](Transaction& transaction) {
    const auto keep_letter = [&](const std::string& name, const std::string& language,
                                 const std::string& list_title) {
      return LetterBasis{.letter_template = keep(transaction, letter_template(name, language)),
                         .facts = keep(transaction, to_canonical_text(facts_for(config, list_title)))};
    };
    Texts texts;
    for (const auto& list : config.lists) {
      for (const auto& [language, title] : list.title) {
        ListTexts current{
            .title = title, .wording = wording_for(list, language), .privacy_notice = {}, .letter = {}};
        transaction.keep_document(current.wording.sha256, current.wording.text);
        transaction.keep_wording(list.id, language, current.wording.sha256, now);
        const auto notice = config.controller.privacy_notice.find(language);
        if (notice != config.controller.privacy_notice.end()) {
          current.privacy_notice = keep(transaction, notice->second);
        }
        current.letter = keep_letter("confirmation", language, title);
        texts.lists[list.id].emplace(language, std::move(current));
      }
    }
    for (const auto& language : languages) {
      texts.privacy_letter.emplace(language, keep_letter("privacy", language, ""));
    }
    return texts;
  });
}

}  // namespace optledger
