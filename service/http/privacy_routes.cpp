#include "service/http/privacy_routes.hpp"

#include "service/flows/personal_data.hpp"
#include "service/flows/request_access.hpp"
#include "service/http/call_values.hpp"
#include "service/http/declaration.hpp"
#include "service/http/json_body.hpp"
#include "service/http/language.hpp"
#include "service/http/media_type.hpp"
#include "service/http/origins.hpp"
#include "service/http/person_query.hpp"
#include "service/http/personal_data_values.hpp"

namespace optledger::http {
namespace {

std::string_view name_of(AccessDecision::Outcome outcome) {
  switch (outcome) {
    case AccessDecision::Outcome::asked:
      return "asked";
    case AccessDecision::Outcome::repeated:
      return "repeated";
    case AccessDecision::Outcome::left_to_officer:
      return "left_to_officer";
  }
  return {};
}

// What the buttons of the page say. Access is no button.
std::optional<PrivacyRight> right_of(const FormFields& fields) {
  const auto right = privacy_right_from(field_value(fields, "action"));
  return right == PrivacyRight::access ? std::nullopt : right;
}

tl::expected<std::optional<PersonName>, std::string> name_in(const FormFields& fields) {
  const auto text = field_value(fields, "name");
  if (text.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  return PersonName::parse(text);
}

}  // namespace

void PrivacyRoutes::add_to(Router& router) {
  router.add("GET", "/privacy", [this](const Call& call) { return ask_page(call); });
  router.add("GET", "/privacy/requested", [this](const Call& call) { return requested_page(call); });
  router.add("POST", "/v1/privacy-requests", [this](const Call& call) { return ask(call); });
  router.add("GET", "/privacy/{token}", [this](const Call& call) { return show(call); });
  router.add("GET", "/privacy/{token}/data", [this](const Call& call) { return download(call); });
  router.add("POST", "/privacy/{token}", [this](const Call& call) { return act(call); });
}

std::string PrivacyRoutes::language_for(const Call& call, const std::string& locale) const {
  return choose_language(parts_.pages.languages(), locale, accept_language(call.request), "en");
}

std::string PrivacyRoutes::path_of(const Call& call) const {
  return parts_.pages.base_path() + "/privacy/" + call.path_values[0];
}

Response PrivacyRoutes::ask_page(const Call& call) const {
  const auto language = language_for(call, query_value(call.request, "lang"));
  return form_page_answer(200, parts_.pages.privacy({language, parts_.pages.languages(), {}, {}}));
}

Response PrivacyRoutes::requested_page(const Call& call) const {
  const auto language = language_for(call, query_value(call.request, "lang"));
  return page_answer(200, parts_.pages.privacy_requested({language, officer_of(parts_.config.controller)}));
}

tl::expected<PrivacyRoutes::Question, Problem> PrivacyRoutes::read_question(const Call& call) const {
  const auto media_type = parse_media_type(call.request.header("content-type").value_or(""));
  if (media_type && media_type->name == "application/x-www-form-urlencoded") {
    const auto form = parse_urlencoded(call.request.body);
    if (!form) {
      return tl::unexpected(Problem{400, "invalid-form", "The form cannot be read", form.error(), {}});
    }
    return Question{field_value(*form, "email"), field_value(*form, "locale"), true};
  }
  const auto body = read_json_body(call.request);
  if (!body) return tl::unexpected(body.error());
  if (!body->is_object()) return tl::unexpected(bad_member("", "The body must be a JSON object."));
  for (const auto& [name, value] : body->items()) {
    if (name != "email" && name != "locale") {
      return tl::unexpected(bad_member("", "There is an unknown member; this call has email, locale."));
    }
    if (!value.is_string()) return tl::unexpected(bad_member(name, name + " must be a text."));
  }
  return Question{body->value("email", ""), body->value("locale", ""), false};
}

Response PrivacyRoutes::refuse(const Call& call, const Question& question, const std::string& code,
                               const std::string& detail) const {
  if (!question.is_form) return problem_answer(bad_member("email", detail, code));
  const auto language = language_for(call, question.locale);
  return form_page_answer(
      422, parts_.pages.privacy({language, parts_.pages.languages(), question.email, {{"email", code}}}));
}

Response PrivacyRoutes::ask(const Call& call) const {
  if (const auto refused = refuse_origin(call.request, parts_.config, nullptr)) {
    return problem_answer(*refused);
  }
  const auto question = read_question(call);
  if (!question) return problem_answer(question.error());
  if (question->email.empty()) return refuse(call, *question, "missing-email", "Send email.");
  const auto address = EmailAddress::parse(question->email);
  if (!address) {
    return refuse(call, *question, "invalid-email", "Not an e-mail address: " + address.error() + ".");
  }
  const auto language = language_for(call, question->locale);
  if (auto limited =
          parts_.letter_limits.refuse(call, Asker::stranger, *address, question->is_form ? language : "")) {
    return *std::move(limited);
  }
  const auto& letters = parts_.texts.privacy_letter;
  const auto letter = letters.contains(language) ? letters.find(language) : letters.find("en");
  const auto outcome = ask_for_access({*address, letter->first, letter->second}, parts_.keys.fingerprint,
                                      parts_.store, parts_.clock, parts_.entropy);
  parts_.metrics.privacy_request(std::string(name_of(outcome)));
  if (!question->is_form) return json_answer(202, {{"status", "link_requested"}});
  return redirect_answer(parts_.config.server.public_url + "/privacy/requested?lang=" + language);
}

Response PrivacyRoutes::dead_page(const Call& call, int status) const {
  const auto language = language_for(call, "");
  if (status == 404) return page_answer(404, parts_.pages.dead_link({language, DeadLink::unknown, {}}));
  return page_answer(status, parts_.pages.privacy_over(language));
}

Response PrivacyRoutes::data_page(const Call& call, const PrivacyRequest& link, const std::string& done,
                                  const std::vector<FieldProblem>& problems) const {
  const auto language = language_for(call, link.locale);
  const auto data = read_personal_data(link, parts_.config, parts_.store, parts_.clock);
  const PersonalDataContext context{parts_.config, parts_.pages.templates(), parts_.keys.token};
  return page_answer(problems.empty() ? 200 : 422,
                     parts_.pages.privacy_data({.language = language,
                                                .data = personal_data_values(data, context, language),
                                                .action_url = path_of(call),
                                                .data_url = path_of(call) + "/data",
                                                .link_until = link.link_until.value(),
                                                .done = done,
                                                .problems = problems}));
}

Response PrivacyRoutes::show(const Call& call) const {
  const auto token = Token::parse(call.path_values[0], TokenPurpose::privacy, parts_.keys.token);
  if (!token) return dead_page(call, 404);
  const auto link = look_at_privacy_link(*token, parts_.store, parts_.clock);
  if (!link) return dead_page(call, 410);
  return data_page(call, *link, query_value(call.request, "done"), {});
}

Response PrivacyRoutes::download(const Call& call) const {
  const auto token = Token::parse(call.path_values[0], TokenPurpose::privacy, parts_.keys.token);
  if (!token) return dead_page(call, 404);
  const auto link = look_at_privacy_link(*token, parts_.store, parts_.clock);
  if (!link) return dead_page(call, 410);
  const auto data = read_personal_data(*link, parts_.config, parts_.store, parts_.clock);
  const PersonalDataContext context{parts_.config, parts_.pages.templates(), parts_.keys.token};
  auto response = json_answer(200, personal_data_file(data, context, language_for(call, link->locale)));
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"optledger-data.json\""});
  return response;
}

Response PrivacyRoutes::act(const Call& call) const {
  const auto token = Token::parse(call.path_values[0], TokenPurpose::privacy, parts_.keys.token);
  if (!token) return dead_page(call, 404);
  const auto link = look_at_privacy_link(*token, parts_.store, parts_.clock);
  if (!link) return dead_page(call, 410);
  const auto fields = form_fields(call.request);
  const auto right = right_of(fields);
  if (!right) {
    return problem_answer(
        {400, "invalid-action", "Nothing was asked for",
         "Send the form field action: correction, restriction, lifting, objection or erasure.", "action"});
  }
  Act act{.right = *right, .origin = evidence_of(call)};
  if (*right == PrivacyRight::correction) {
    const auto name = name_in(fields);
    if (!name) return data_page(call, *link, "", {{"name", "invalid-name"}});
    act.name = *name;
  }
  if (*right == PrivacyRight::erasure && has_field(fields, "consent_confirmed", "on")) {
    act.declarations = declarations(parts_.pages.templates(), language_for(call, link->locale));
  }
  const auto result = exercise_right(*token, act, parts_.config.retention.proof_window, parts_.store,
                                     parts_.clock, parts_.entropy);
  return answer_act(call, *link, act, result);
}

Response PrivacyRoutes::answer_act(const Call& call, const PrivacyRequest& link, const Act& act,
                                   const ActResult& result) const {
  using Outcome = ActResult::Outcome;
  if (result.outcome == Outcome::over) return dead_page(call, 410);
  const auto seen_again = [&](std::string_view done) {
    return redirect_answer(parts_.config.server.public_url + "/privacy/" + call.path_values[0] +
                           "?done=" + std::string(done));
  };
  if (result.outcome == Outcome::repeated) return seen_again("repeated");
  if (result.outcome == Outcome::nothing) return seen_again("");
  parts_.metrics.privacy_request(std::string(to_text(act.right)));
  if (act.right != PrivacyRight::erasure) return seen_again(to_text(act.right));
  return page_answer(
      200, parts_.pages.privacy_erased({.language = language_for(call, link.locale),
                                        .refused = result.outcome == Outcome::refused,
                                        .kept = result.kept_until,
                                        .authority = parts_.config.controller.supervisory_authority}));
}

}  // namespace optledger::http
