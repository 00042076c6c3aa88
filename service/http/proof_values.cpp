#include "service/http/proof_values.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/proof/conclusion.hpp"
#include "service/http/plain_sight.hpp"
#include "service/http/proof_documents.hpp"
#include "service/http/proof_facts.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

// Strong right-to-left characters of an address must not rearrange the sentence it stands in.
std::string isolated(std::string text) {
  // U+2068 and U+2069; they stand in two literals, so that each looks unclosed.
  return is_ascii(text) ? text
                        : "\xE2\x81\xA8" + text + "\xE2\x81\xA9";  // NOLINT(misc-misleading-bidirectional)
}

std::string plain_text(const Json& value) { return in_plain_sight(value.get<std::string>()); }

// A record of a permission has words of its own where those of its kind would speak of a consent.
std::optional<std::string> word_about(const std::string& prefix, const Json& record,
                                      const ProofFacts& facts) {
  const auto key = prefix + record.at("kind").get<std::string>();
  const auto& details = record.at("details");
  std::optional<std::string> own;
  if (details.is_object() && details.contains("basis") && details.at("basis").is_string()) {
    own = facts.word(key + "_" + details.at("basis").get<std::string>());
  }
  return own ? own : facts.word(key);
}

Json event(const Json& evidence, std::size_t number, const ProofFacts& facts) {
  const auto& record = evidence.at("record");
  const std::string kind = record.at("kind");
  const auto title = word_about("event_", record, facts);
  return {{"number", std::to_string(number)},
          {"kind", in_plain_sight(kind)},
          {"title", title.value_or("")},
          {"about", word_about("about_", record, facts).value_or("")},
          {"at", facts.instant_or_nothing(record.at("at"))},
          {"facts", title ? facts.of_record(record) : Json::array()},
          {"leaf", place_in_ledger(evidence)},
          {"json", title ? "" : in_plain_sight(record.dump(2), Lines::many)}};
}

Json original(const Json& evidence, std::size_t number) {
  const std::string canonical = to_canonical_json(evidence.at("record"));
  const std::string salt = evidence.at("salt");
  return {{"number", std::to_string(number)},
          {"json", in_plain_sight(canonical)},
          {"salt", salt},
          {"leaf", place_in_ledger(evidence)},
          {"entry", to_hex(entry_of(canonical, digest_from_hex(salt).value()))}};
}

void put_subject(Json& values, const Json& proof, const std::string& list_title) {
  const auto& subject = proof.at("subject");
  const std::string email = plain_text(subject.at("email"));
  values["controller_name"] = plain_text(proof.at("controller").at("name"));
  values["email"] = email;
  values["subject"] = isolated(email);
  values["list_id"] = plain_text(subject.at("list"));
  values["list_title"] = in_plain_sight(list_title);
}

void put_conclusion(Json& values, const Json& conclusion, const ProofFacts& facts) {
  values["given"] = facts.instant_or_nothing(conclusion.at("consent_given_at"));
  values["withdrawn"] = facts.instant_or_nothing(conclusion.at("consent_withdrawn_at"));
  values["conclusion"] = facts.of_conclusion(conclusion);
}

// What takes the place of the consent, when the records hold none but a permission.
void put_permission(Json& values, const Json& evidence, const ProofFacts& facts) {
  std::vector<Json> records;
  for (const auto& one : evidence) records.push_back(one.at("record"));
  const auto permission = conclude_permission(records);
  const bool is_one = !permission.is_null();
  values["is_permission"] = is_one;
  values["permitted"] = is_one ? facts.instant_or_nothing(permission.at("permitted_at")) : Json(false);
  values["ended"] = is_one ? facts.instant_or_nothing(permission.at("ended_at")) : Json(false);
}

void put_records(Json& values, const Json& records, const ProofFacts& facts) {
  values["events"] = Json::array();
  values["originals"] = Json::array();
  std::size_t number = 0;
  for (const auto& evidence : records) {
    values["events"].push_back(event(evidence, ++number, facts));
    values["originals"].push_back(original(evidence, number));
  }
}

void put_documents(Json& values, const ProofDocuments& documents) {
  values["texts"] = documents.texts();
  values["letters"] = documents.letters();
  values["has_texts"] = !values["texts"].empty();
  values["has_signup_texts"] = values["has_customer_notice"] = false;
  for (const auto& text : values["texts"]) {
    values[text.at("is_customer_notice") ? "has_customer_notice" : "has_signup_texts"] = true;
  }
  values["has_letters"] = !values["letters"].empty();
}

void put_check_value(Json& values, const Json& proof) {
  const std::string hash = to_hex(sha256(to_canonical_json(proof)));
  values["format"] = plain_text(proof.at("format"));
  values["json_sha256"] = hash;
  values["fingerprint"] = hash.substr(0, 16);
}

}  // namespace

Json proof_values(const Json& proof, const std::string& list_title, const Templates& templates,
                  const std::string& language, const ReadTimestamp& read_timestamp) {
  const ProofDocuments documents(proof);
  const ProofFacts facts(documents, templates, language);
  Json values = {{"language", language},
                 {"issued", facts.instant_or_nothing(proof.at("issued_at"))},
                 {"controller", facts.of_controller(proof.at("controller"))}};
  put_subject(values, proof, list_title);
  put_conclusion(values, proof.at("conclusion"), facts);
  put_permission(values, proof.at("records"), facts);
  put_records(values, proof.at("records"), facts);
  put_documents(values, documents);
  values["ledger"] = ledger_values(proof, facts, read_timestamp);
  put_check_value(values, proof);
  return values;
}

Json receipt_values(const Json& receipt, const std::string& list_title, const Templates& templates,
                    const std::string& language) {
  const Json no_evidence = {
      {"records", Json::array()}, {"wordings", Json::object()}, {"letters", Json::object()}};
  const ProofDocuments documents(no_evidence);
  const ProofFacts facts(documents, templates, language);
  const auto& declaration = receipt.at("declaration");
  Json values = {{"language", language},
                 {"issued", facts.instant_or_nothing(receipt.at("issued_at"))},
                 {"erased", facts.instant_or_nothing(receipt.at("erased_at"))},
                 {"kept", facts.instant_or_nothing(receipt.at("kept_until"))},
                 {"conclusion", facts.of_receipt(receipt)},
                 {"declaration", in_plain_sight(declaration.at("text").get<std::string>(), Lines::many)},
                 {"sha256", plain_text(declaration.at("sha256"))},
                 {"periods", Json::array()},
                 {"controller", facts.of_controller(receipt.at("controller"))}};
  for (const char* kind : {"consents", "permissions"}) {
    for (const auto& period : receipt.at(kind))
      values["periods"].push_back({{"facts", facts.of_period(period)}});
  }
  put_subject(values, receipt, list_title);
  put_check_value(values, receipt);
  return values;
}

}  // namespace optledger::http
