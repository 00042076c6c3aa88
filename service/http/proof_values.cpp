#include "service/http/proof_values.hpp"

#include "lib/base/central_european_time.hpp"
#include "lib/base/hash.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/letters/read_letter.hpp"
#include "lib/proof/proof.hpp"
#include "service/http/plain_sight.hpp"
#include "service/http/templates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace optledger::http {
namespace {

// Members in the order a reader wants them; any other follows by name.
constexpr std::array detail_order = {"signed_up_at",   "source_url",     "locale",      "wording",
                                     "wording_stated", "privacy_notice", "purposes",    "repeat",
                                     "message_id",     "envelope_from",  "envelope_to", "smtp_reply",
                                     "letter",         "token_sha256",   "method",      "cause",
                                     "reason",         "statement",      "leaf_indices"};
constexpr std::array controller_order = {
    "name",  "street", "postal_code", "city",        "country",      "legal_lines",          "contact",
    "email", "phone",  "imprint_url", "privacy_url", "jurisdiction", "supervisory_authority"};

// Of these a person, or somebody in the person's name, is the author: there a missing IP address must be seen
// to be missing.
constexpr std::array kinds_by_a_person = {"signup_requested", "confirmed", "signup_cancelled",
                                          "unsubscribed"};

template <typename Names>
std::vector<std::string> in_order(const Json& object, const Names& order) {
  std::vector<std::string> names;
  for (const char* name : order) {
    if (object.contains(name)) names.emplace_back(name);
  }
  for (const auto& [name, value] : object.items()) {
    if (std::find(order.begin(), order.end(), name) == order.end()) names.push_back(name);
  }
  return names;
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Strong right-to-left characters of an address must not rearrange the sentence it stands in.
std::string isolated(std::string text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  return ascii ? text : "\xE2\x81\xA8" + text + "\xE2\x81\xA9";  // U+2068, U+2069
}

std::string from_base64(std::string text) {
  text.erase(std::min(text.find('='), text.size()));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  const auto bytes = from_base64url(text);
  if (!bytes) throw std::invalid_argument("proof: a letter is not base64");
  return *bytes;
}

// The documents of one sort, numbered as the records first name them.
using Numbers = std::vector<std::string>;

void add_all(Numbers& numbers, const std::vector<std::string>& hashes) {
  for (const auto& hash : hashes) {
    if (std::find(numbers.begin(), numbers.end(), hash) == numbers.end()) numbers.push_back(hash);
  }
}

std::string number_of(const Numbers& numbers, const std::string& hash) {
  const auto found = std::find(numbers.begin(), numbers.end(), hash);
  return found == numbers.end() ? "" : std::to_string(found - numbers.begin() + 1);
}

std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

class Report {
 public:
  Report(const Json& proof, const Templates& templates, const std::string& language)
      : proof_(proof), templates_(templates), language_(language) {
    for (const auto& evidence : proof.at("records")) {
      const auto named = hashes_named_by(evidence.at("record"));
      add_all(texts_, named.texts);
      add_all(letters_, named.letters);
    }
    add_all(texts_, names_of(proof.at("wordings")));
    add_all(letters_, names_of(proof.at("letters")));
  }

  Json values() const;

 private:
  std::optional<std::string> word(const std::string& key) const {
    return templates_.word(language_, "proof", key);
  }

  Json civil(std::chrono::local_time<Duration> local, const std::string& zone) const;
  Json instant(Instant at) const;
  Json instant_or_nothing(const Json& value) const;
  Json row(const std::string& name, const Json& value) const;
  template <typename Names>
  Json rows(const Json& object, const Names& order) const;
  Json conclusion() const;
  Json event(const Json& evidence, std::size_t number) const;
  Json origin(const Json& record) const;
  Json text(const std::string& hash) const;
  Json letter(const std::string& hash) const;
  Json original(const Json& evidence, std::size_t number) const;

  const Json& proof_;
  const Templates& templates_;
  const std::string& language_;
  Numbers texts_;
  Numbers letters_;
};

Json Report::civil(std::chrono::local_time<Duration> local, const std::string& zone) const {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(local - day));
  const std::string month = fmt::format("month_{:02}", static_cast<unsigned>(date.month()));
  return {{"day", std::to_string(static_cast<unsigned>(date.day()))},
          {"month", templates_.word(language_, "calendar", month).value_or("")},
          {"year", std::to_string(static_cast<int>(date.year()))},
          {"time", fmt::format("{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(),
                               time.seconds().count())},
          {"zone", word(zone).value_or("")}};
}

Json Report::instant(Instant at) const {
  Json values = civil(std::chrono::local_time<Duration>{at.time_since_epoch()}, "zone_utc");
  values["machine"] = to_rfc3339(at);
  values["local"] =
      civil(to_central_european(at), is_central_european_summer(at) ? "zone_summer" : "zone_winter");
  return values;
}

// Of a text that is one of our own times (interface.md, 5), and of nothing else.
Json Report::instant_or_nothing(const Json& value) const {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  const auto at = parse_rfc3339(text);
  return at && to_rfc3339(*at) == text ? instant(*at) : Json(false);
}

// One line of a list of facts. What is not a text is shown as its JSON, unless there is a word for it.
Json Report::row(const std::string& name, const Json& value) const {
  const std::string plain = value.is_string() ? value.get<std::string>() : to_canonical_json(value);
  auto shown = word("value_" + name + "_" + plain);
  if (!shown && !value.is_string()) shown = word("value_" + plain);
  if (value.is_array() &&
      std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); })) {
    shown = fmt::format("{}", fmt::join(value.get<std::vector<std::string>>(), ", "));
    if (value.empty()) shown = word("value_empty");
  }
  const bool is_hash = digest_from_hex(plain).has_value();
  return {{"label", word("field_" + name).value_or(in_plain_sight(name))},
          {"text", in_plain_sight(shown.value_or(plain))},
          {"code", is_hash || value.is_object()},
          {"at", instant_or_nothing(value)},
          {"note", ""},
          {"text_number", is_hash ? number_of(texts_, plain) : ""},
          {"letter_number", is_hash ? number_of(letters_, plain) : ""}};
}

template <typename Names>
Json Report::rows(const Json& object, const Names& order) const {
  if (!object.is_object()) return Json::array({row("details", object)});
  Json result = Json::array();
  for (const auto& name : in_order(object, order)) result.push_back(row(name, object.at(name)));
  return result;
}

Json Report::conclusion() const {
  const auto& conclusion = proof_.at("conclusion");
  Json rows = Json::array();
  for (const char* name : {"state", "consent_given_at", "consent_withdrawn_at", "held_until"}) {
    const auto& value = conclusion.at(name);
    if (std::string_view(name) != "held_until" || !value.is_null()) rows.push_back(row(name, value));
  }
  return rows;
}

Json Report::origin(const Json& record) const {
  const bool by_a_person = std::find(kinds_by_a_person.begin(), kinds_by_a_person.end(), record.at("kind")) !=
                           kinds_by_a_person.end();
  Json rows = Json::array();
  for (const char* name : {"ip", "user_agent"}) {
    if (by_a_person || !record.at(name).is_null()) rows.push_back(row(name, record.at(name)));
  }
  const auto source = text_of(record, "ip_source");
  if (!source.empty()) rows[0]["note"] = word("value_ip_source_" + source).value_or(in_plain_sight(source));
  return rows;
}

Json Report::event(const Json& evidence, std::size_t number) const {
  const auto& record = evidence.at("record");
  const std::string kind = record.at("kind");
  const auto title = word("event_" + kind);
  Json facts = origin(record);
  for (auto& detail : rows(record.at("details"), detail_order)) facts.push_back(std::move(detail));
  return {{"number", std::to_string(number)},
          {"kind", in_plain_sight(kind)},
          {"title", title.value_or("")},
          {"about", word("about_" + kind).value_or("")},
          {"at", instant_or_nothing(record.at("at"))},
          {"facts", title ? facts : Json::array()},
          {"json", title ? "" : in_plain_sight(record.dump(2), Lines::many)}};
}

Json Report::text(const std::string& hash) const {
  bool consent = false;
  bool notice = false;
  std::string language;
  for (const auto& evidence : proof_.at("records")) {
    const auto& details = evidence.at("record").at("details");
    const bool names_consent = text_of(details, "wording") == hash;
    const bool names_notice = text_of(details, "privacy_notice") == hash;
    if (names_consent || names_notice) language = text_of(details, "locale");
    consent = consent || names_consent;
    notice = notice || names_notice;
  }
  const auto& texts = proof_.at("wordings");
  return {{"number", number_of(texts_, hash)},
          {"is_wording", consent && !notice},
          {"is_notice", notice && !consent},
          {"is_both", consent && notice},
          {"is_unnamed", !consent && !notice},
          {"sha256", hash},
          {"document_language", in_plain_sight(language)},
          {"text", in_plain_sight(texts.at(hash).at("text").get<std::string>(), Lines::many)}};
}

Json Report::letter(const std::string& hash) const {
  const auto message = from_base64(proof_.at("letters").at(hash).at("message"));
  Json values = {{"number", number_of(letters_, hash)},
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

Json Report::original(const Json& evidence, std::size_t number) const {
  const std::string canonical = to_canonical_json(evidence.at("record"));
  const std::string salt = evidence.at("salt");
  return {{"number", std::to_string(number)},
          {"json", in_plain_sight(canonical)},
          {"salt", salt},
          {"entry", to_hex(entry_of(canonical, digest_from_hex(salt).value()))}};
}

Json Report::values() const {
  const auto& conclusion = proof_.at("conclusion");
  const auto& subject = proof_.at("subject");
  const std::string email = in_plain_sight(subject.at("email").get<std::string>());
  const std::string hash = to_hex(sha256(to_canonical_json(proof_)));
  Json values = {{"language", language_},
                 {"controller_name", in_plain_sight(text_of(proof_.at("controller"), "name"))},
                 {"email", email},
                 {"subject", isolated(email)},
                 {"list_id", in_plain_sight(subject.at("list").get<std::string>())},
                 {"format", in_plain_sight(proof_.at("format").get<std::string>())},
                 {"issued", instant_or_nothing(proof_.at("issued_at"))},
                 {"given", instant_or_nothing(conclusion.at("consent_given_at"))},
                 {"withdrawn", instant_or_nothing(conclusion.at("consent_withdrawn_at"))},
                 {"conclusion", this->conclusion()},
                 {"controller", rows(proof_.at("controller"), controller_order)},
                 {"json_sha256", hash},
                 {"fingerprint", hash.substr(0, 16)},
                 {"has_texts", !texts_.empty()},
                 {"has_letters", !letters_.empty()},
                 {"events", Json::array()},
                 {"texts", Json::array()},
                 {"letters", Json::array()},
                 {"originals", Json::array()}};
  std::size_t number = 0;
  for (const auto& evidence : proof_.at("records")) {
    values["events"].push_back(event(evidence, ++number));
    values["originals"].push_back(original(evidence, number));
  }
  for (const auto& text_hash : texts_) values["texts"].push_back(text(text_hash));
  for (const auto& letter_hash : letters_) values["letters"].push_back(letter(letter_hash));
  return values;
}

}  // namespace

Json proof_values(const Json& proof, const Templates& templates, const std::string& language) {
  return Report(proof, templates, language).values();
}

}  // namespace optledger::http
