#include "service/http/proof_facts.hpp"

#include "lib/base/bytes.hpp"
#include "lib/base/central_european_time.hpp"
#include "service/http/plain_sight.hpp"
#include "service/http/proof_documents.hpp"
#include "service/http/templates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace optledger::http {
namespace {

// Members in the order a reader wants them; any other follows by name.
constexpr std::array detail_order = {"basis",          "purchase_reference",
                                     "purchased_at",   "address_source",
                                     "notice",         "signed_up_at",
                                     "source_url",     "locale",
                                     "wording",        "wording_stated",
                                     "privacy_notice", "purposes",
                                     "repeat",         "message_id",
                                     "envelope_from",  "envelope_to",
                                     "smtp_reply",     "letter",
                                     "token_sha256",   "method",
                                     "held_until",     "change",
                                     "changed_at",     "source",
                                     "registered",     "activated",
                                     "fields",         "answer",
                                     "before",         "after",
                                     "provider_id",    "cause",
                                     "reason",         "statement",
                                     "leaf_indices"};
constexpr std::array controller_order = {
    "name",  "street", "postal_code", "city",        "country",      "legal_lines",          "contact",
    "email", "phone",  "imprint_url", "privacy_url", "jurisdiction", "supervisory_authority"};

constexpr std::array receipt_order = {"erased_at", "method", "kept_until"};
constexpr std::array receipt_sections = {"format",   "issued_at",   "controller", "subject",
                                         "consents", "permissions", "declaration"};
constexpr std::array period_order = {"basis", "consent_given_at", "consent_withdrawn_at", "permitted_at",
                                     "ended_at"};

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

bool is_list_of_texts(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
}

}  // namespace

ProofFacts::ProofFacts(const ProofDocuments& documents, const Templates& templates,
                       const std::string& language)
    : documents_(documents), templates_(templates), language_(language) {}

std::optional<std::string> ProofFacts::word(const std::string& key) const {
  return templates_.word(language_, "proof", key);
}

Json ProofFacts::of_conclusion(const Json& conclusion) const {
  Json facts = Json::array();
  for (const char* name : {"state", "consent_given_at", "consent_withdrawn_at", "held_until"}) {
    const auto& value = conclusion.at(name);
    if (std::string_view(name) != "held_until" || !value.is_null()) facts.push_back(fact(name, value));
  }
  return facts;
}

Json ProofFacts::of_record(const Json& record) const {
  const bool by_a_person = std::find(kinds_by_a_person.begin(), kinds_by_a_person.end(), record.at("kind")) !=
                           kinds_by_a_person.end();
  Json facts = Json::array();
  for (const char* name : {"ip", "user_agent"}) {
    if (by_a_person || !record.at(name).is_null()) facts.push_back(fact(name, record.at(name)));
  }
  if (const auto& source = record.at("ip_source"); source.is_string() && !facts.empty()) {
    const auto& text = source.get_ref<const std::string&>();
    facts[0]["note"] = word("value_ip_source_" + text).value_or(in_plain_sight(text));
  }
  const auto& details = record.at("details");
  if (details.is_object()) {
    for (const auto& name : in_order(details, detail_order)) facts.push_back(fact(name, details.at(name)));
  } else {
    facts.push_back(fact("details", details));
  }
  return facts;
}

Json ProofFacts::of_controller(const Json& controller) const {
  Json facts = Json::array();
  for (const auto& name : in_order(controller, controller_order)) {
    const auto& value = controller.at(name);
    if (!value.empty()) facts.push_back(fact(name, value));
  }
  return facts;
}

Json ProofFacts::of_receipt(const Json& receipt) const {
  Json facts = Json::array();
  for (const auto& name : in_order(receipt, receipt_order)) {
    const bool elsewhere =
        std::find(receipt_sections.begin(), receipt_sections.end(), name) != receipt_sections.end();
    if (!elsewhere) facts.push_back(fact(name, receipt.at(name)));
  }
  return facts;
}

Json ProofFacts::of_period(const Json& period) const {
  Json facts = Json::array();
  for (const auto& name : in_order(period, period_order)) facts.push_back(fact(name, period.at(name)));
  return facts;
}

Json ProofFacts::instant_or_nothing(const Json& value) const {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  const auto at = parse_rfc3339(text);
  return at && to_rfc3339(*at) == text ? instant(*at) : Json(false);
}

Json ProofFacts::instant(Instant at) const {
  Json values = civil(std::chrono::local_time<Duration>{at.time_since_epoch()}, "zone_utc");
  values["machine"] = to_rfc3339(at);
  values["local"] =
      civil(to_central_european(at), is_central_european_summer(at) ? "zone_summer" : "zone_winter");
  return values;
}

Json ProofFacts::civil(std::chrono::local_time<Duration> local, const std::string& zone) const {
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

Json ProofFacts::fact(const std::string& name, const Json& value) const {
  const std::string plain = value.is_string() ? value.get<std::string>() : to_canonical_json(value);
  const bool is_hash = digest_from_hex(plain).has_value();
  return {{"label", word("field_" + name).value_or(in_plain_sight(name))},
          {"text", in_plain_sight(in_words(name, value, plain).value_or(plain))},
          {"lines", lines(value)},
          {"code", is_hash || value.is_object()},
          {"at", instant_or_nothing(value)},
          {"note", ""},
          {"text_number", is_hash ? documents_.number_of_text(plain) : ""},
          {"letter_number", is_hash ? documents_.number_of_letter(plain) : ""}};
}

// Words for a value of this member, or for one such as null, true or an empty list wherever it stands.
std::optional<std::string> ProofFacts::in_words(const std::string& name, const Json& value,
                                                const std::string& plain) const {
  if (value.is_array() && value.empty()) return word("value_empty");
  const auto own = word("value_" + name + "_" + plain);
  return own || value.is_string() ? own : word("value_" + plain);
}

// A list of texts has a line for each: joined, a comma within one would look like the end of it.
Json ProofFacts::lines(const Json& value) const {
  Json values = Json::array();
  if (!is_list_of_texts(value)) return values;
  for (const auto& item : value) values.push_back({{"line", in_plain_sight(item.get<std::string>())}});
  return values;
}

}  // namespace optledger::http
