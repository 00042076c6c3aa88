#include "service/http/unsubscribe_routes.hpp"

#include "service/http/call_values.hpp"
#include "service/http/language.hpp"
#include "service/http/media_type.hpp"

namespace optledger::http {
namespace {

// "one_click" for a mail client, "page" for our own button; nothing for any other body.
std::optional<std::string> method_of(const Request& request) {
  const auto media_type = parse_media_type(request.header("content-type").value_or(""));
  if (!media_type) return std::nullopt;
  const bool is_multipart = media_type->name == "multipart/form-data";
  if (!is_multipart && media_type->name != "application/x-www-form-urlencoded") return std::nullopt;
  const auto form =
      is_multipart ? parse_multipart(request.body, media_type->boundary) : parse_urlencoded(request.body);
  if (!form) return std::nullopt;
  if (has_field(*form, "List-Unsubscribe", "One-Click")) return "one_click";
  if (has_field(*form, "action", "unsubscribe")) return "page";
  return std::nullopt;
}

}  // namespace

void UnsubscribeRoutes::add_to(Router& router) {
  router.add("GET", "/unsubscribe/{token}", [this](const Call& call) { return show(call); });
  router.add("POST", "/unsubscribe/{token}", [this](const Call& call) { return post(call); });
}

std::string UnsubscribeRoutes::language_for(const Call& call, const std::optional<Signup>& consent) const {
  return choose_language(parts_.pages.languages(), consent ? consent->locale : "",
                         accept_language(call.request), "en");
}

Response UnsubscribeRoutes::dead_page(const Call& call, int status, DeadLink reason) const {
  return page_answer(status, parts_.pages.dead_link({language_for(call, {}), reason, {}}));
}

Response UnsubscribeRoutes::left_page(const Call& call, const UnsubscribeLink& link) const {
  const auto language = language_for(call, link.consent);
  const bool by_permission = link.consent && is_permission(link.consent->basis);
  return page_answer(200,
                     parts_.pages.unsubscribed(
                         {language, page_list(parts_, link.subscription->list, language), by_permission}));
}

Response UnsubscribeRoutes::show(const Call& call) const {
  const auto& text = call.path_values[0];
  const auto token = Token::parse(text, TokenPurpose::unsubscribe, parts_.keys.token);
  if (!token) return dead_page(call, 404, DeadLink::unknown);
  const auto link = look_at_unsubscribe_link(*token, parts_.store);
  if (!link.subscription) return dead_page(call, 410, DeadLink::forgotten);
  if (link.subscription->state != SubscriptionState::confirmed) return left_page(call, link);
  const auto language = language_for(call, link.consent);
  return page_answer(200, parts_.pages.unsubscribe({
                              .language = language,
                              .list = page_list(parts_, link.subscription->list, language),
                              .masked_address = link.consent->address->masked(),
                              .action_url = parts_.pages.base_path() + "/unsubscribe/" + text,
                          }));
}

Response UnsubscribeRoutes::post(const Call& call) const {
  const auto token = Token::parse(call.path_values[0], TokenPurpose::unsubscribe, parts_.keys.token);
  if (!token) return dead_page(call, 404, DeadLink::unknown);
  const auto method = method_of(call.request);
  if (!method) {
    return problem_answer({400,
                           "invalid-unsubscribe",
                           "This is no unsubscribe request",
                           "Send the form field List-Unsubscribe=One-Click (RFC 8058).",
                           {}});
  }
  const auto link = unsubscribe(*token, *method, evidence_of(call), parts_.config.retention.proof_window,
                                parts_.store, parts_.clock, parts_.entropy);
  if (!link.subscription) return dead_page(call, 410, DeadLink::forgotten);
  const bool is_first = link.subscription->state == SubscriptionState::confirmed;
  parts_.metrics.unsubscription(is_first ? *method : "repeated");
  return left_page(call, link);
}

}  // namespace optledger::http
