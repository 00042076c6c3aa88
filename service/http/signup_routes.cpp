#include "service/http/signup_routes.hpp"

#include "service/flows/sign_up.hpp"
#include "service/http/call_values.hpp"
#include "service/http/language.hpp"
#include "service/http/media_type.hpp"
#include "service/http/origins.hpp"
#include "service/http/signup_request.hpp"
#include "service/http/webhook_caller.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

constexpr const char* generic_title = "The sign-up was not accepted";

std::string_view name_of(SignupDecision::Outcome outcome) {
  switch (outcome) {
    case SignupDecision::Outcome::requested:
      return "requested";
    case SignupDecision::Outcome::repeated:
      return "repeated";
    case SignupDecision::Outcome::ignored:
      return "ignored";
    case SignupDecision::Outcome::blocked:
      return "blocked";
    case SignupDecision::Outcome::unknown_wording:
      return "unknown_wording";
    case SignupDecision::Outcome::replayed:
      return "replayed";
  }
  return {};
}

// A page when a person's browser sent a form; JSON when the caller speaks JSON.
bool answers_with_page(const Request& request, bool is_form) {
  return is_form ? !accepts_json(request) || wants_page(request) : false;
}

}  // namespace

void SignupRoutes::add_to(Router& router) {
  router.add("GET", "/", [this](const Call& call) { return home(call); });
  router.add("GET", "/signup/{list}", [this](const Call& call) { return show_form(call); });
  router.add("GET", "/signup/{list}/requested", [this](const Call& call) { return show_requested(call); });
  router.add("POST", "/v1/signups", [this](const Call& call) { return sign_up(call); });
  router.add("GET", "/v1/challenges", [this](const Call& call) { return challenge(call); });
  router.add("OPTIONS", "/v1/signups", [this](const Call& call) { return preflight(call); });
}

Response SignupRoutes::home(const Call& call) const {
  const auto& pages = parts_.pages;
  const auto language = choose_language(pages.languages(), query_value(call.request, "lang"),
                                        accept_language(call.request), pages.languages().front());
  HomePage page{language, pages.languages(), {}};
  for (const auto& list : parts_.config.lists) page.lists.push_back(page_list(parts_, list.id, language));
  return page_answer(200, pages.home(page));
}

std::string SignupRoutes::form_page(const ListConfig& list, const std::string& language,
                                    const SignupFields& fields, const FieldErrors& errors) const {
  const auto& texts = parts_.texts.lists.at(list.id).at(language);
  SignupPage page{
      .language = language,
      .languages = languages_of(list),
      .list = {list.id, texts.title},
      .wording_text = list.wording.at(language),
      .wording_language = {},
      .wording_hash = to_hex(texts.wording.sha256),
      .purposes = {},
      .email = fields.email.value_or(""),
      .name = fields.name.value_or(""),
      .problems = {},
      .trap = std::string(trap_field),
      .stamp = parts_.challenges.stamp_for(list.id, fields.stamp.value_or("")),
      .asks_for_work = parts_.challenges.asks_for_work(),
      .works_without_script = parts_.challenges.takes_signups_without_work(),
  };
  for (const auto& purpose : list.purposes) {
    const bool is_ticked =
        std::find(fields.purposes.begin(), fields.purposes.end(), purpose.id) != fields.purposes.end();
    page.purposes.push_back({purpose.id, purpose.text.at(language), is_ticked});
  }
  for (const auto& error : errors) page.problems.push_back({error.field, error.code});
  return parts_.pages.signup(page);
}

Response SignupRoutes::show_form(const Call& call) const {
  const auto* list = parts_.config.list(call.path_values[0]);
  const auto accept = accept_language(call.request);
  if (list == nullptr) {
    const auto language =
        choose_language(parts_.pages.languages(), query_value(call.request, "lang"), accept, "en");
    return page_answer(404, parts_.pages.error({language, 404, "unknown-list", ""}));
  }
  const auto languages = languages_of(*list);
  const auto language =
      choose_language(languages, query_value(call.request, "lang"), accept, languages.front());
  if (list->authenticated_only) {
    return page_answer(
        200, parts_.pages.elsewhere({language, page_list(parts_, list->id, language), list->signup_url}));
  }
  return form_page_answer(200, form_page(*list, language, {}, {}), list->requested_redirect, page_script());
}

Response SignupRoutes::show_requested(const Call& call) const {
  const auto* list = parts_.config.list(call.path_values[0]);
  const auto languages = list != nullptr ? languages_of(*list) : parts_.pages.languages();
  const auto language = choose_language(languages, query_value(call.request, "lang"),
                                        accept_language(call.request), languages.front());
  if (list == nullptr) return page_answer(404, parts_.pages.error({language, 404, "unknown-list", ""}));
  return page_answer(200, parts_.pages.requested({language, page_list(parts_, list->id, language)}));
}

void SignupRoutes::allow_origin(const Call& call, const ListConfig* list, Response& response) const {
  const auto origin = call.request.header("origin");
  response.headers.push_back({"Vary", "Origin"});
  if (!origin || !is_allowed_origin(*origin, parts_.config, list)) return;
  response.headers.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
  response.headers.push_back({"Cross-Origin-Resource-Policy", "cross-origin"});
  if (response.status == 429) {
    response.headers.push_back({"Access-Control-Expose-Headers", "Retry-After, RateLimit, RateLimit-Policy"});
  }
}

PageScript SignupRoutes::page_script() const {
  return parts_.challenges.asks_for_work() ? PageScript::own : PageScript::none;
}

Response SignupRoutes::challenge(const Call& call) const {
  const auto named = query_value(call.request, "list");
  const auto& lists = parts_.config.lists;
  const auto* list = named.empty() && lists.size() == 1 ? &lists.front() : parts_.config.list(named);
  auto response = list != nullptr
                      ? json_answer(200, parts_.challenges.fresh(list->id))
                      : problem_answer({404, "unknown-list", "Unknown list",
                                        "There is no list of this name: /v1/challenges?list=NAME.", "list"});
  allow_origin(call, list, response);
  return response;
}

Response SignupRoutes::preflight(const Call& call) const {
  Response response{204, {}, {}};
  allow_origin(call, nullptr, response);
  response.headers.push_back({"Access-Control-Allow-Methods", "POST"});
  response.headers.push_back({"Access-Control-Allow-Headers", "Content-Type, Accept"});
  response.headers.push_back({"Access-Control-Max-Age", "600"});
  response.headers.push_back({"Allow", "OPTIONS, POST"});
  return response;
}

tl::expected<SignupRoutes::Submission, Problem> SignupRoutes::read_json(const Request& request) const {
  const auto body = parse_strict_json(request.body);
  if (!body)
    return tl::unexpected(
        Problem{400, "invalid-json", "The body is not JSON", "The body " + body.error() + ".", {}});
  auto fields = signup_fields_from_json(*body);
  if (!fields) return tl::unexpected(problem_of(fields.error(), generic_title));
  return Submission{std::move(*fields), nullptr, false};
}

// The list decides what the form calls its fields, so it is looked for first: under its own name on any list.
tl::expected<SignupRoutes::Submission, Problem> SignupRoutes::read_form(const Request& request,
                                                                        const std::string& media_type,
                                                                        const std::string& boundary) const {
  const bool is_multipart = media_type == "multipart/form-data";
  const auto form = is_multipart ? parse_multipart(request.body, boundary) : parse_urlencoded(request.body);
  if (!form) return tl::unexpected(Problem{400, "invalid-form", "The form cannot be read", form.error(), {}});
  const auto& lists = parts_.config.lists;
  const auto fits = [&](const ListConfig& list) {
    const auto fields = signup_fields_from_form(*form, list.fields);
    return fields && (fields->list ? *fields->list == list.id : lists.size() == 1);
  };
  const auto found = std::find_if(lists.begin(), lists.end(), fits);
  auto fields = signup_fields_from_form(*form, found != lists.end() ? found->fields : lists.front().fields);
  if (!fields) return tl::unexpected(problem_of(fields.error(), generic_title));
  return Submission{std::move(*fields), nullptr, true};
}

tl::expected<SignupRoutes::Submission, Problem> SignupRoutes::read_submission(const Request& request) const {
  const auto media_type = parse_media_type(request.header("content-type").value_or(""));
  tl::expected<Submission, Problem> submission = tl::unexpected(
      Problem{415,
              "unsupported-media-type",
              "Content-Type not supported",
              "Send application/json, application/x-www-form-urlencoded or multipart/form-data in UTF-8.",
              {}});
  if (!media_type) return submission;
  if (media_type->name == "application/json") submission = read_json(request);
  if (media_type->name == "application/x-www-form-urlencoded" || media_type->name == "multipart/form-data") {
    submission = read_form(request, media_type->name, media_type->boundary);
  }
  if (!submission) return submission;

  auto& list = submission->fields.list;
  if (const auto named = query_value(request, "list"); !list && !named.empty()) list = named;
  if (!list && parts_.config.lists.size() == 1) list = parts_.config.lists.front().id;
  if (!list)
    return tl::unexpected(
        Problem{422, "missing-list", generic_title, "Say which list: send the field list.", "list"});
  submission->list = parts_.config.list(*list);
  if (submission->list == nullptr) {
    return tl::unexpected(
        Problem{422, "unknown-list", generic_title, "There is no list of this name.", "list"});
  }
  return submission;
}

Response SignupRoutes::sign_up(const Call& call) const {
  const auto submission = read_submission(call.request);
  const auto* list = submission ? submission->list : nullptr;
  auto response = [&] {
    if (const auto refused = refuse_origin(call.request, parts_.config, list))
      return problem_answer(*refused);
    if (submission) return take(call, *submission);
    return refuse(call, submission.error());
  }();
  allow_origin(call, list, response);
  return response;
}

Response SignupRoutes::refuse(const Call& call, const Problem& problem) const {
  if (!wants_page(call.request)) return problem_answer(problem);
  const auto language = choose_language(parts_.pages.languages(), "", accept_language(call.request), "en");
  return page_answer(problem.status,
                     parts_.pages.error({language, problem.status, problem.code, problem.detail}));
}

Response SignupRoutes::take(const Call& call, const Submission& submission) const {
  const auto caller = signup_caller(call.request, *submission.list, parts_.keys.fingerprint, parts_.store,
                                    parts_.clock.now());
  if (!caller) return refuse(call, caller.error());
  const auto& fields = submission.fields;
  if (!caller->is_backend && (fields.ip || fields.user_agent || fields.signed_up_at)) {
    const auto* field = fields.ip ? "ip" : fields.user_agent ? "user_agent" : "signed_up_at";
    return problem_answer(
        {403, "not-authenticated", generic_title,
         "Only a backend with an API key of scope signup or a signature may state this field.", field});
  }
  const SignupContext context{
      .list = *submission.list,
      .texts = parts_.texts.lists.at(submission.list->id),
      .accept_language = accept_language(call.request),
      .origin = evidence_of(call),
      .caller_is_backend = caller->is_backend,
      .now = parts_.clock.now(),
  };
  auto request = read_signup(fields, context);
  if (!request) return refuse_fields(call, submission, request.error());
  request->call = caller->call;
  if (!caller->is_backend && fields.is_trapped) {
    // A robot is told what it wants to hear, as is everybody else.
    parts_.metrics.signup("trapped");
    return accepted(call, submission, request->locale);
  }
  if (auto refused = guard(call, submission, *request, caller->is_backend)) return *std::move(refused);
  return record(call, submission, *request);
}

std::optional<Response> SignupRoutes::guard(const Call& call, const Submission& submission,
                                            const SignupRequest& request, bool is_backend) const {
  if (const auto errors = doubts_about(call, submission, request, is_backend); !errors.empty()) {
    return refuse_fields(call, submission, errors);
  }
  const bool as_page = answers_with_page(call.request, submission.is_form);
  if (auto limited = parts_.letter_limits.refuse(call, is_backend ? Asker::backend : Asker::stranger,
                                                 request.address, as_page ? request.locale : "")) {
    return limited;
  }
  if (is_backend) return std::nullopt;
  const auto errors = parts_.challenges.spend(submission.fields, call.client);
  if (errors.empty()) return std::nullopt;
  return refuse_fields(call, submission, errors);
}

Response SignupRoutes::record(const Call& call, const Submission& submission,
                              const SignupRequest& request) const {
  const auto letters = parts_.limits.now()->letters_per_address;
  const SignupPolicy policy{.unconfirmed = parts_.config.retention.unconfirmed,
                            .letters_per_address = letters.count,
                            .window = letters.window};
  const auto outcome = optledger::sign_up(request, policy, parts_.keys.fingerprint, parts_.store,
                                          parts_.clock, parts_.entropy);
  parts_.metrics.signup(std::string(name_of(outcome)));
  if (outcome == SignupDecision::Outcome::unknown_wording) {
    return refuse_fields(call, submission,
                         {{"wording", "invalid-wording", "this list never showed a text with this SHA-256"}});
  }
  return accepted(call, submission, request.locale);
}

// What speaks against a sign-up that is well-formed: nothing of it depends on what is known about the
// address.
FieldErrors SignupRoutes::doubts_about(const Call& call, const Submission& submission,
                                       const SignupRequest& request, bool is_backend) const {
  if (parts_.limits.now()->blocked_domains.contains(request.address.domain())) {
    parts_.metrics.signup("blocked_domain");
    return {{"email", "blocked-domain", "addresses of this domain are not taken here"}};
  }
  if (is_backend) return {};
  auto errors = parts_.challenges.doubts_about(submission.fields, submission.list->id, call.client);
  if (!errors.empty()) parts_.metrics.signup("unproven");
  return errors;
}

Response SignupRoutes::refuse_fields(const Call& call, const Submission& submission,
                                     const FieldErrors& errors) const {
  if (!answers_with_page(call.request, submission.is_form))
    return problem_answer(problem_of(errors, generic_title));
  const auto languages = languages_of(*submission.list);
  const auto language = choose_language(languages, submission.fields.locale.value_or(""),
                                        accept_language(call.request), languages.front());
  return form_page_answer(422, form_page(*submission.list, language, submission.fields, errors),
                          submission.list->requested_redirect, page_script());
}

Response SignupRoutes::accepted(const Call& call, const Submission& submission,
                                const std::string& language) const {
  if (!answers_with_page(call.request, submission.is_form)) {
    return json_answer(202, {{"status", "confirmation_requested"}});
  }
  const auto& redirect = submission.list->requested_redirect;
  if (!redirect.empty()) return redirect_answer(redirect);
  return redirect_answer(parts_.config.server.public_url + "/signup/" + submission.list->id +
                         "/requested?lang=" + language);
}

}  // namespace optledger::http
