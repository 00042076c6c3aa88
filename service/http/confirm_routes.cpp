#include "service/http/confirm_routes.hpp"

#include "service/http/call_values.hpp"
#include "service/http/json_body.hpp"
#include "service/http/language.hpp"

namespace optledger::http {
namespace {

std::string_view name_of(LinkState state) {
  switch (state) {
    case LinkState::open:
      return "open";
    case LinkState::confirmed:
      return "confirmed";
    case LinkState::expired:
      return "expired";
    case LinkState::superseded:
      return "superseded";
    case LinkState::cancelled:
      return "cancelled";
    case LinkState::left:
      return "left";
  }
  return {};
}

}  // namespace

void ConfirmRoutes::add_to(Router& router) {
  router.add("GET", "/confirm/{token}", [this](const Call& call) { return show(call); });
  router.add("POST", "/confirm/{token}", [this](const Call& call) { return post(call); });
  router.add("POST", "/v1/confirmations", [this](const Call& call) { return post_json(call); });
}

std::string ConfirmRoutes::language_for(const Call& call, const std::optional<Signup>& signup) const {
  return choose_language(parts_.pages.languages(), signup ? signup->locale : "",
                         accept_language(call.request), "en");
}

Response ConfirmRoutes::unknown_page(const Call& call) const {
  return page_answer(404, parts_.pages.dead_link({language_for(call, {}), DeadLink::unknown, {}}));
}

// The same for every reason, list and language of the person: whoever has got hold of an old letter does not
// learn what became of the address since.
Response ConfirmRoutes::dead_page(const Call& call) const {
  return page_answer(410, parts_.pages.dead_link({language_for(call, {}), DeadLink::over, {}}));
}

Response ConfirmRoutes::confirmed_page(const Call& call, const Signup& signup,
                                       const std::optional<Subscription>& subscription) const {
  const auto language = language_for(call, signup);
  return page_answer(
      200, parts_.pages.confirmed({
               .language = language,
               .list = page_list(parts_, signup.list, language),
               .masked_address = signup.address->masked(),
               .unsubscribe_url = subscription ? unsubscribe_url(parts_, *subscription) : std::string(),
           }));
}

Response ConfirmRoutes::show(const Call& call) const {
  const auto& text = call.path_values[0];
  const auto token = Token::parse(text, TokenPurpose::confirm, parts_.keys.token);
  if (!token) {
    parts_.metrics.confirm_link_opened("unknown");
    return unknown_page(call);
  }
  const auto link = look_at_confirm_link(*token, parts_.store, parts_.clock);
  parts_.metrics.confirm_link_opened(std::string(name_of(link.state)));
  if (link.state == LinkState::confirmed) return confirmed_page(call, *link.signup, link.subscription);
  if (link.state != LinkState::open) return dead_page(call);
  const auto language = language_for(call, link.signup);
  return page_answer(200, parts_.pages.confirm({
                              .language = language,
                              .list = page_list(parts_, link.signup->list, language),
                              .masked_address = link.signup->address->masked(),
                              .action_url = parts_.pages.base_path() + "/confirm/" + text,
                              .expires_at = link.signup->expires_at,
                          }));
}

ConfirmResult ConfirmRoutes::confirm(const Call& call, const Token& token, const std::string& method) const {
  auto result =
      optledger::confirm(token, method, evidence_of(call), parts_.store, parts_.clock, parts_.entropy);
  const auto state = result.state == LinkState::open        ? "confirmed"
                     : result.state == LinkState::confirmed ? "repeated"
                                                            : name_of(result.state);
  parts_.metrics.confirmation(std::string(state));
  return result;
}

Response ConfirmRoutes::post(const Call& call) const {
  const auto token = Token::parse(call.path_values[0], TokenPurpose::confirm, parts_.keys.token);
  if (!token) return unknown_page(call);
  const auto fields = form_fields(call.request);
  if (has_field(fields, "action", "cancel")) {
    return cancel(call, *token,
                  {.no_more_letters = has_field(fields, "no_more_letters", "on"),
                   .method = "page",
                   .origin = evidence_of(call)});
  }
  const auto result = confirm(call, *token, "page");
  if (!result.subscription) return dead_page(call);
  return confirmed_page(call, *result.signup, result.subscription);
}

Response ConfirmRoutes::cancel(const Call& call, const Token& token, const Cancellation& cancellation) const {
  const auto link = optledger::cancel(token, cancellation, parts_.config.retention.proof_window, parts_.store,
                                      parts_.clock, parts_.entropy);
  // Cancelled again, or cancelled before: the same friendly page, nothing left to undo.
  if (link.state != LinkState::open && link.state != LinkState::cancelled) {
    return dead_page(call);
  }
  parts_.metrics.confirmation("cancelled_by_person");
  const auto language = language_for(call, link.signup);
  return page_answer(200, parts_.pages.cancelled({language, page_list(parts_, link.signup->list, language)}));
}

Response ConfirmRoutes::post_json(const Call& call) const {
  const auto body = read_json_body(call.request);
  if (!body) return problem_answer(body.error());
  if (!body->is_object() || body->size() != 1 || !body->contains("token") || !body->at("token").is_string()) {
    return problem_answer(
        {422, "invalid-token", "Token needed", "Send {\"token\": \"…\"} and nothing else.", "token"});
  }
  const auto token =
      Token::parse(body->at("token").get_ref<const std::string&>(), TokenPurpose::confirm, parts_.keys.token);
  if (!token)
    return problem_answer({404, "unknown-token", "Unknown token", "This is no token of ours.", "token"});
  const auto result = confirm(call, *token, "api");
  if (!result.subscription) {
    return problem_answer(
        {410, "dead-token", "The token is no longer valid", "Ask the person to sign up again.", "token"});
  }
  return json_answer(200, {{"status", "confirmed"},
                           {"list", result.subscription->list},
                           {"confirmed_at", to_rfc3339(result.subscription->confirmed_at)},
                           {"unsubscribe_url", unsubscribe_url(parts_, *result.subscription)}});
}

}  // namespace optledger::http
