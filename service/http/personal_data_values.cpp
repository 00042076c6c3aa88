#include "service/http/personal_data_values.hpp"

#include "service/flows/look_up_proof.hpp"
#include "service/http/declaration.hpp"
#include "service/http/plain_sight.hpp"
#include "service/http/proof_documents.hpp"
#include "service/http/proof_facts.hpp"
#include "service/http/proof_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace optledger::http {
namespace {

constexpr std::string_view section = "privacy-data";

// What Art. 15(1) wants said, in this order; the words are those of the page.
constexpr std::array about = {"purposes", "basis",     "recipients", "periods",
                              "source",   "automated", "your_rights"};

std::string state_of(const PersonOnList& person) {
  return person.subscription ? std::string(to_text(person.subscription->state)) : "pending";
}

std::string state_shown(const PersonOnList& person) {
  const auto state = state_of(person);
  if (state != "confirmed") return state;
  if (is_permission(person.basis)) return "permitted";
  return person.basis == LegalBasis::foreign_consent ? "adopted" : state;
}

// The words and times of one language; borrows what it is made from.
class Phrases {
 public:
  Phrases(const PersonalDataContext& context, const std::string& language)
      : context_(context), language_(language) {}

  std::string operator()(const std::string& key) const {
    return context_.templates.word(language_, section, key).value_or("");
  }
  std::string title_of(const std::string& list) const {
    return page_list(context_.config, list, language_).title;
  }
  Json moment(const std::optional<Instant>& at) const {
    if (!at) return false;
    static const Json no_documents = {
        {"records", Json::array()}, {"wordings", Json::object()}, {"letters", Json::object()}};
    const ProofDocuments documents(no_documents);
    return ProofFacts(documents, context_.templates, language_).instant_or_nothing(to_rfc3339(*at));
  }
  // The records in plain language; what they point to in a proof's sections is not on this page.
  Json events_of(const Json& proof, const std::string& title) const {
    auto events = proof_values(proof, title, context_.templates, language_).at("events");
    for (auto& event : events) {
      for (auto& fact : event["facts"]) fact["text_number"] = fact["letter_number"] = "";
    }
    return events;
  }

 private:
  const PersonalDataContext& context_;

  const std::string& language_;
};

// As erase_person() records it: what fits, list by list.
std::string declaration_shown(const PersonalData& data, const Templates& templates,
                              const std::string& language) {
  const auto all = declarations(templates, language);
  const auto is_consent = [](const PersonOnList& one) { return !is_permission(one.basis); };
  const bool none = std::none_of(data.lists.begin(), data.lists.end(), is_consent);
  const bool every = std::all_of(data.lists.begin(), data.lists.end(), is_consent);
  if (every) return all.consent;
  return none ? all.permission : all.consent + " " + all.permission;
}

std::string title_or_name(const std::string& list, const Phrases& words) {
  const auto title = words.title_of(list);
  return title.empty() ? list : title;
}

Json list_values(const PersonOnList& person, const PersonalDataContext& context, const Phrases& words) {
  const auto title = title_or_name(person.list, words);
  Json values = {{"list_title", title},    {"state", words("state_" + state_shown(person))},
                 {"since", false},         {"ended", false},
                 {"held_until", false},    {"unsubscribe_url", ""},
                 {"events", Json::array()}};
  if (const auto& subscription = person.subscription) {
    values["since"] = words.moment(subscription->confirmed_at);
    values["ended"] = words.moment(subscription->ended_at);
    if (subscription->state == SubscriptionState::confirmed) {
      values["unsubscribe_url"] =
          unsubscribe_url(context.config.server.public_url, context.token_keys, *subscription);
    }
  }
  if (person.evidence) {
    const auto& held_until = person.evidence->at("conclusion").at("held_until");
    if (held_until.is_string()) {
      values["held_until"] = words.moment(parse_rfc3339(held_until.get<std::string>()).value());
    }
    values["events"] = words.events_of(*person.evidence, title);
  }
  values["has_records"] = !values["events"].empty();
  values["count"] = std::to_string(values["events"].size());
  return values;
}

Json rule_values(const Suppression& rule, const Phrases& words) {
  return {{"list_title", rule.list ? title_or_name(*rule.list, words) : ""},
          {"rule", words("rule_" + std::string(to_text(rule.kind)))},
          {"since", words.moment(rule.since)},
          {"rule_until", words.moment(rule.until)}};
}

Json rule_json(const Suppression& rule) {
  return {{"list", or_null(rule.list)},
          {"kind", to_text(rule.kind)},
          {"since", to_rfc3339(rule.since)},
          {"until", or_null(rule.until)}};
}

Json list_json(const PersonOnList& person, const PersonalDataContext& context, const Phrases& words) {
  Json json = {{"list", person.list},
               {"title", words.title_of(person.list)},
               {"name", or_null(person.name)},
               {"state", state_of(person)},
               {"basis", to_text(person.basis)},
               {"unsubscribe_url", nullptr},
               {"evidence", person.evidence ? *person.evidence : Json(nullptr)}};
  if (person.subscription && person.subscription->state == SubscriptionState::confirmed) {
    json["unsubscribe_url"] =
        unsubscribe_url(context.config.server.public_url, context.token_keys, *person.subscription);
  }
  return json;
}

// Who is told by webhooks is a recipient too (Art. 15(1)(c)); erasures name nobody.
std::string_view recipients(const Config& config) {
  const auto is_told = [](const WebhookConfig& webhook) {
    const auto& events = webhook.events;
    return std::any_of(events.begin(), events.end(), [](const auto& event) { return event != "erased"; });
  };
  const auto with_address = [&](const WebhookConfig& webhook) {
    return is_told(webhook) && webhook.include_address;
  };
  const auto& webhooks = config.webhooks;
  if (std::any_of(webhooks.begin(), webhooks.end(), with_address)) return "recipients_with_address";
  return std::any_of(webhooks.begin(), webhooks.end(), is_told) ? "recipients_by_reference" : "recipients";
}

std::string about_text(std::string_view name, const Config& config, const Phrases& words) {
  return words(fmt::format("about_{}_text", name == "recipients" ? recipients(config) : name));
}

Json about_json(const PersonalDataContext& context, const Phrases& words) {
  Json json = Json::object();
  for (const char* name : about) json[name] = about_text(name, context.config, words);
  const auto& controller = context.config.controller;
  json["officer"] = officer_of(controller);
  json["supervisory_authority"] =
      controller.supervisory_authority.empty() ? Json(nullptr) : Json(controller.supervisory_authority);
  return json;
}

Json erasure_json(const DeclaredErasure& erasure) {
  const auto& receipt = erasure.receipt;
  return {{"list", receipt.list},
          {"erased_at", to_rfc3339(receipt.erased_at)},
          {"declaration", erasure.declaration},
          {"consents", consents_among(receipt.periods)},
          {"permissions", permissions_among(receipt.periods)},
          {"kept_until", to_rfc3339(receipt.kept_until)}};
}

Json request_json(const PrivacyRequest& request) {
  return {{"right", to_text(request.right)},
          {"received_at", to_rfc3339(request.received_at)},
          {"due_at", to_rfc3339(request.due_at)},
          {"outcome", request.end ? Json(to_text(request.end->outcome)) : Json(nullptr)}};
}

// Who did it is the company's matter, what was done with the data and when is the person's.
Json act_json(const OperatorAct& act) {
  return {{"at", to_rfc3339(act.at)}, {"what", act.verb}, {"list", or_null(act.list)}};
}

template <typename Items, typename Convert>
Json array_of(const Items& items, Convert&& convert) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(convert(item));
  return array;
}

}  // namespace

std::string officer_of(const ControllerConfig& controller) {
  return controller.contact.empty() ? controller.email : controller.contact;
}

Json personal_data_values(const PersonalData& data, const PersonalDataContext& context,
                          const std::string& language) {
  const Phrases words(context, language);
  Json values = {{"email", data.address.text()}, {"name", ""}};
  for (const auto& person : data.lists) {
    if (person.name) values["name"] = in_plain_sight(*person.name);
  }
  values["lists"] =
      array_of(data.lists, [&](const auto& person) { return list_values(person, context, words); });
  values["has_lists"] = !data.lists.empty();
  values["rules"] = array_of(data.suppressions, [&](const auto& rule) { return rule_values(rule, words); });
  values["has_rules"] = !data.suppressions.empty();
  values["restricted"] = is_restricted(data.suppressions);
  values["blocked"] = is_blocked(data.suppressions);
  values["erasures"] = array_of(data.erasures, [&](const DeclaredErasure& erasure) {
    return Json{{"declaration", in_plain_sight(erasure.declaration)},
                {"erased", words.moment(erasure.receipt.erased_at)},
                {"kept", words.moment(erasure.receipt.kept_until)}};
  });
  values["has_erasures"] = !data.erasures.empty();
  values["declaration_text"] = declaration_shown(data, context.templates, language);
  values["about_facts"] = array_of(about, [&](const char* name) {
    return Json{{"label", words("about_" + std::string(name))},
                {"text", about_text(name, context.config, words)}};
  });
  values["contact"] = officer_of(context.config.controller);
  values["authority"] = context.config.controller.supervisory_authority;
  return values;
}

Json personal_data_file(const PersonalData& data, const PersonalDataContext& context,
                        const std::string& language) {
  const Phrases words(context, language);
  return {
      {"format", "optledger-personal-data/1"},
      {"issued_at", to_rfc3339(data.read_at)},
      {"controller", controller_in_proof(context.config.controller)},
      {"subject", {{"email", data.address.text()}}},
      {"about", about_json(context, words)},
      {"lists", array_of(data.lists, [&](const auto& person) { return list_json(person, context, words); })},
      {"suppressions", array_of(data.suppressions, rule_json)},
      {"erasures", array_of(data.erasures, erasure_json)},
      {"requests", array_of(data.requests, request_json)},
      {"accesses", array_of(data.acts, act_json)}};
}

}  // namespace optledger::http
