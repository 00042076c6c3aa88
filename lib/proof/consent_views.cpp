#include "lib/proof/consent_views.hpp"

#include "lib/proof/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {
namespace {

// A UUID of the fourth version whose random bits are those of the seal's statement.
std::string uuid_of(const Json& proof) {
  const auto& seal = proof.at("records").back().at("record");
  auto hex = seal.at("details").at("statement").get<std::string>().substr(0, 32);
  hex[12] = '4';
  hex[16] = "89ab"[hex[16] & 3];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string text_or(const Json& value, std::string_view otherwise) {
  return value.is_string() && !value.empty() ? value.get<std::string>() : std::string(otherwise);
}

// The last sign-up that asked, before the last confirmation if there is one; null: nobody asked.
Json last_request(const Json& proof) {
  Json latest;
  Json confirmed;
  for (const auto& evidence : proof.at("records")) {
    const auto& record = evidence.at("record");
    if (record.at("kind") == "signup_requested") latest = record;
    if (record.at("kind") == "confirmed") confirmed = latest;
  }
  return confirmed.is_null() ? latest : confirmed;
}

std::string language_of(const Json& request) {
  return text_or(request.at("details").value("locale", Json()), "en").substr(0, 2);
}

// Beside the newsletter itself.
std::vector<std::string> optional_purposes(const Json& request) {
  std::vector<std::string> purposes;
  for (const auto& purpose : request.at("details").value("purposes", Json::array())) {
    if (purpose != "newsletter") purposes.push_back(purpose.get<std::string>());
  }
  return purposes;
}

std::string source_of(const Json& request) {
  return text_or(request.at("details").value("source_url", Json()), "sign-up form");
}

Json kantara_controller(const Json& controller) {
  const std::string name = controller.at("name");
  Json json = {{"piiController", name},
               {"onBehalf", false},
               {"contact", text_or(controller.at("contact"), name)},
               {"address",
                {{"streetAddress", controller.at("street")},
                 {"postalCode", controller.at("postal_code")},
                 {"addressLocality", controller.at("city")},
                 {"addressCountry", controller.at("country")}}},
               {"email", controller.at("email")},
               {"phone", text_or(controller.at("phone"), "not given")}};
  if (controller.at("imprint_url").is_string()) json["piiControllerUrl"] = controller.at("imprint_url");
  return json;
}

Json kantara_purpose(const std::string& purpose, bool is_primary, const std::string& termination) {
  return {{"purpose", purpose},           {"purposeCategory", {"6 - Marketing"}},
          {"consentType", "EXPLICIT"},    {"piiCategory", {"2 - Contact"}},
          {"primaryPurpose", is_primary}, {"termination", termination},
          {"thirdPartyDisclosure", false}};
}

constexpr const char* dpv_context = R"({
  "dct": "http://purl.org/dc/terms/",
  "dpv": "https://w3id.org/dpv#",
  "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
  "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
  "loc": "https://w3id.org/dpv/loc#",
  "pd": "https://w3id.org/dpv/pd#",
  "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  "skos": "http://www.w3.org/2004/02/skos/core#"
})";

Json dpv_status(const char* status, const Json& record, const std::string& where) {
  return {{"@type", {status, "dpv:ExplicitlyExpressedConsent"}},
          {"dpv:isIndicatedAtTime", record.at("at")},
          {"dpv:isExercisedAt", where},
          {"dpv:isIndicatedBy", "#subject"}};
}

Json dpv_notice(const Json& record) {
  const auto& details = record.at("details");
  Json notice = {{"@type", {"dpv:ConsentNotice"}},
                 {"dpv:hasIdentifier", "urn:sha256:" + text_or(details.value("wording", Json()), "none")},
                 {"dct:date", record.at("at")},
                 {"dct:language", language_of(record)}};
  if (const auto privacy = details.value("privacy_notice", Json()); privacy.is_string()) {
    notice["dpv:hasNotice"] = {{"@type", {"dpv:PrivacyNotice"}},
                               {"dpv:hasIdentifier", "urn:sha256:" + privacy.get<std::string>()}};
  }
  return notice;
}

std::string where_done(const Json& record) {
  const auto method = text_or(record.at("details").value("method", Json()), "by mail or page");
  return fmt::format("{}: {}", record.at("kind").get<std::string>(), method);
}

// One for each change; what leaves the consent as it is has none.
Json dpv_statuses(const Json& proof) {
  Json statuses = Json::array();
  bool was_given = false;
  bool stands = false;
  for (const auto& evidence : proof.at("records")) {
    const auto& record = evidence.at("record");
    const auto& kind = record.at("kind").get_ref<const std::string&>();
    if (kind == "signup_requested" && record.at("details").value("repeat", Json(false)) != true) {
      auto status = dpv_status("dpv:ConsentRequested", record, source_of(record));
      status["dpv:hasNotice"] = dpv_notice(record);
      statuses.push_back(std::move(status));
    }
    if (kind == "confirmed") {
      const char* status = was_given ? "dpv:RenewedConsentGiven" : "dpv:ConsentGiven";
      statuses.push_back(dpv_status(status, record, where_done(record)));
      was_given = stands = true;
    }
    if (stands && (kind == "unsubscribed" || kind == "blocked")) {
      statuses.push_back(dpv_status("dpv:ConsentWithdrawn", record, where_done(record)));
      stands = false;
    }
  }
  return statuses;
}

Json dpv_process(const Json& proof, const std::string& label, const char* purpose, const Json& request) {
  const auto& subject = proof.at("subject");
  return {{"@type", {"dpv:Process"}},
          {"dpv:hasPurpose",
           {{{"@type", {"dpv:Purpose"}},
             {"skos:broader", purpose},
             {"skos:prefLabel", label},
             {"dpv:hasIdentifier", subject.at("list")}}}},
          {"dpv:hasPersonalData",
           {{{"@type", {"dpv:PersonalData"}},
             {"skos:broader", {"pd:EmailAddress"}},
             {"rdf:value", subject.at("email")}}}},
          {"dpv:hasProcessing", {"dpv:Collect", "dpv:Store", "dpv:Use"}},
          {"dpv:hasDataController", {"#controller"}},
          {"dpv:hasDataSource",
           Json::array({{{"@type", {"dpv:DataSubjectDataSource"}}, {"skos:prefLabel", source_of(request)}}})},
          {"dpv:hasStorageCondition",
           {{{"@type", {"dpv:StorageLocation"}},
             {"dpv:hasLocation", "loc:" + proof.at("controller").at("country").get<std::string>()}},
            {{"@type", {"dpv:StorageDuration"}},
             {"dpv:hasDuration",
              {{"@type", "dpv:UntilEventDuration"},
               {"rdf:value", "withdrawal; the evidence of it at most three years longer"}}}}}},
          {"dpv:hasRecipient", {"#controller"}},
          {"dpv:hasLegalBasis", {"dpv:Consent", "eu-gdpr:A6-1-a-explicit-consent"}},
          {"dpv:hasRight",
           {"eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A16", "eu-gdpr:A17", "eu-gdpr:A18", "eu-gdpr:A20",
            "eu-gdpr:A77"}},
          {"dpv:hasConsentStatus", dpv_statuses(proof)}};
}

Json dpv_processes(const Json& proof, const Json& request) {
  Json processes = Json::array();
  const auto list = proof.at("subject").at("list").get<std::string>();
  processes.push_back(dpv_process(proof, "newsletter " + list, "dpv:DirectMarketing", request));
  for (const auto& purpose : optional_purposes(request)) {
    processes.push_back(dpv_process(proof, purpose, "dpv:Marketing", request));
  }
  return processes;
}

Json dpv_entities(const Json& controller) {
  Json person = {{"@type", {"dpv:Organisation", "dpv:DataController"}},
                 {"dpv:hasName", controller.at("name")},
                 {"dpv:hasAddress", fmt::format("{}, {} {}, {}", controller.at("street").get<std::string>(),
                                                controller.at("postal_code").get<std::string>(),
                                                controller.at("city").get<std::string>(),
                                                controller.at("country").get<std::string>())},
                 {"dpv:hasContact", "mailto:" + controller.at("email").get<std::string>()}};
  return {{"#controller", std::move(person)}};
}

}  // namespace

std::optional<Json> kantara_receipt(const Json& proof) {
  if (proof.at("format") != proof_format) return std::nullopt;
  const auto& conclusion = proof.at("conclusion");
  const auto& controller = proof.at("controller");
  const auto request = last_request(proof);
  if (!conclusion.at("consent_given_at").is_string() || request.is_null()) return std::nullopt;
  const auto given = parse_rfc3339(conclusion.at("consent_given_at").get<std::string>()).value();
  const auto& withdrawn = conclusion.at("consent_withdrawn_at");
  const auto termination = withdrawn.is_string() ? "withdrawn " + withdrawn.get<std::string>()
                                                 : std::string("withdrawal, by the link in every letter");
  const auto& list = proof.at("subject").at("list").get_ref<const std::string&>();
  Json purposes = Json::array({kantara_purpose("newsletter by e-mail", true, termination)});
  for (const auto& purpose : optional_purposes(request)) {
    purposes.push_back(kantara_purpose(purpose, false, termination));
  }
  return Json{
      {"version", "KI-CR-v1.1.0"},
      {"jurisdiction",
       text_or(controller.at("jurisdiction"), controller.at("country").get_ref<const std::string&>())},
      {"consentTimestamp", std::chrono::floor<std::chrono::seconds>(given).time_since_epoch().count()},
      {"collectionMethod", "double opt-in: " + source_of(request) + ", confirmed from the mailbox"},
      {"consentReceiptID", uuid_of(proof)},
      {"publicKey", proof.at("ledger").at("vkey")},
      {"language", language_of(request)},
      {"piiPrincipalId", proof.at("subject").at("email")},
      {"piiControllers", {kantara_controller(controller)}},
      {"policyUrl", text_or(controller.at("privacy_url"), "not given")},
      {"services", {{{"service", "newsletter " + list}, {"purposes", purposes}}}},
      {"sensitive", false},
      {"spiCat", Json::array()}};
}

std::optional<Json> dpv_record(const Json& proof) {
  if (proof.at("format") != proof_format) return std::nullopt;
  const auto request = last_request(proof);
  if (request.is_null()) return std::nullopt;
  const auto uuid = uuid_of(proof);
  return Json{{"@context", Json::parse(dpv_context)},
              {"@id", "urn:uuid:" + uuid},
              {"@type", {"dpv:ConsentRecord"}},
              {"dct:conformsTo",
               {"https://w3id.org/dpv/schema/dpv-27560#record",
                "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"}},
              {"dpv:hasIdentifier", uuid},
              {"dct:created", proof.at("issued_at")},
              {"dct:creator", "#controller"},
              {"dct:language", language_of(request)},
              // Not the address, which is among the personal data: an identifier must tell nothing.
              {"dpv:hasDataSubject", {{"@type", {"dpv:DataSubject"}}, {"dpv:hasIdentifier", "#subject"}}},
              {"dpv:hasEntity", dpv_entities(proof.at("controller"))},
              {"dpv:hasNotice", {dpv_notice(request)}},
              {"dpv:hasProcess", dpv_processes(proof, request)}};
}

}  // namespace optledger
