#include "service/http/proof_documents.hpp"

#include "lib/base/bytes.hpp"
#include "lib/letters/read_letter.hpp"
#include "lib/proof/proof.hpp"
#include "service/http/plain_sight.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger::http {
namespace {

void add_all(std::vector<std::string>& hashes, const std::vector<std::string>& more) {
  for (const auto& hash : more) {
    if (std::find(hashes.begin(), hashes.end(), hash) == hashes.end()) hashes.push_back(hash);
  }
}

std::string number_in(const std::vector<std::string>& hashes, const std::string& hash) {
  const auto found = std::find(hashes.begin(), hashes.end(), hash);
  return found == hashes.end() ? "" : std::to_string(found - hashes.begin() + 1);
}

std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

// Empty when there is none, also of details that are no object.
std::string text_in(const Json& details, const char* name) {
  const auto found = details.find(name);
  return found != details.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string message_of(const Json& letter) {
  auto bytes = from_base64(letter.at("message").get_ref<const std::string&>());
  if (!bytes) throw std::invalid_argument("proof: a letter is not base64");
  return std::move(*bytes);
}

}  // namespace

ProofDocuments::ProofDocuments(const Json& proof) : proof_(proof) {
  for (const auto& evidence : proof.at("records")) {
    const auto named = hashes_named_by(evidence.at("record"));
    add_all(texts_, named.texts);
    add_all(letters_, named.letters);
  }
  add_all(texts_, names_of(proof.at("wordings")));
  add_all(letters_, names_of(proof.at("letters")));
}

std::string ProofDocuments::number_of_text(const std::string& hash) const { return number_in(texts_, hash); }

std::string ProofDocuments::number_of_letter(const std::string& hash) const {
  return number_in(letters_, hash);
}

Json ProofDocuments::texts() const {
  Json values = Json::array();
  for (const auto& hash : texts_) values.push_back(text(hash));
  return values;
}

Json ProofDocuments::letters() const {
  Json values = Json::array();
  for (const auto& hash : letters_) values.push_back(letter(hash));
  return values;
}

Json ProofDocuments::text(const std::string& hash) const {
  bool consent = false;
  bool notice = false;
  bool customer_notice = false;
  std::string language;
  for (const auto& evidence : proof_.at("records")) {
    const auto& details = evidence.at("record").at("details");
    const bool names_consent = text_in(details, "wording") == hash;
    const bool names_notice = text_in(details, "privacy_notice") == hash;
    if (names_consent || names_notice) language = text_in(details, "locale");
    consent = consent || names_consent;
    notice = notice || names_notice;
    customer_notice = customer_notice || text_in(details, "notice") == hash;
  }
  return {
      {"number", number_of_text(hash)},
      {"is_wording", consent && !notice},
      {"is_notice", notice && !consent},
      {"is_both", consent && notice},
      {"is_customer_notice", customer_notice && !consent && !notice},
      {"is_unnamed", !consent && !notice && !customer_notice},
      {"sha256", hash},
      {"document_language", in_plain_sight(language)},
      {"text", in_plain_sight(proof_.at("wordings").at(hash).at("text").get<std::string>(), Lines::many)}};
}

Json ProofDocuments::letter(const std::string& hash) const {
  const auto message = message_of(proof_.at("letters").at(hash));
  Json values = {{"number", number_of_letter(hash)},
                 {"sha256", hash},
                 {"source", in_plain_sight(message, Lines::many)},
                 {"readable", false}};
  if (const auto reading = read_letter(message)) {
    values["readable"] = {{"letter_date", in_plain_sight(reading->date)},
                          {"letter_from", in_plain_sight(reading->from)},
                          {"letter_to", in_plain_sight(reading->to)},
                          {"letter_subject", in_plain_sight(reading->subject)},
                          {"text", in_plain_sight(reading->text, Lines::many)}};
  }
  return values;
}

}  // namespace optledger::http
