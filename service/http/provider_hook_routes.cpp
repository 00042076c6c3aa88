#include "service/http/provider_hook_routes.hpp"

#include "service/flows/provider_hook.hpp"
#include "service/http/call_values.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

constexpr std::size_t longest_secret = 256;
constexpr std::size_t longest_id = 32;

Problem no_hook() { return {404, "unknown-list", "No hook here", "This list has no CleverReach group.", {}}; }

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= longest_secret &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// CleverReach sends numbers as text, or as numbers.
std::string number_in(const Json& value) {
  const auto text = value.is_string()           ? value.get<std::string>()
                    : value.is_number_integer() ? value.dump()
                                                : "";
  const bool is_number =
      !text.empty() && text.size() <= longest_id && text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? text : std::string();
}

// The number of the receiver that an event is about; empty when it names none.
std::string receiver_of(const Json& event) {
  if (!event.is_object() || !event.contains("payload") || !event.at("payload").is_object()) return {};
  const auto& payload = event.at("payload");
  const auto found = payload.find("pool_id");
  return found == payload.end() ? std::string() : number_in(*found);
}

}  // namespace

void ProviderHookRoutes::add_to(Router& router) {
  router.add("GET", "/hooks/cleverreach/{list}", [this](const Call& call) { return verify(call); });
  router.add("POST", "/hooks/cleverreach/{list}", [this](const Call& call) { return take(call); });
}

Response ProviderHookRoutes::verify(const Call& call) const {
  const auto* list = parts_.config.list(call.path_values[0]);
  if (list == nullptr || !list->cleverreach) return problem_answer(no_hook());
  const auto secret = query_value(call.request, "secret");
  if (!is_plain(secret)) {
    return problem_answer(
        {400, "missing-secret", "No handshake", "Send ?secret=… as CleverReach does.", "secret"});
  }
  return {200,
          {{"Content-Type", "text/plain; charset=utf-8"}},
          hook_verification(list->id, parts_.keys) + " " + secret};
}

Response ProviderHookRoutes::take(const Call& call) const {
  const auto* list = parts_.config.list(call.path_values[0]);
  if (list == nullptr || !list->cleverreach) return problem_answer(no_hook());
  const auto token = call.request.header("x-cr-calltoken").value_or("");
  if (!is_hook_token(list->id, token, parts_.store)) {
    parts_.metrics.provider_hook("forged");
    return problem_answer({401,
                           "unauthorized",
                           "Unknown call token",
                           "Register the hook again: optledger provider connect.",
                           {}});
  }
  const auto event = parse_strict_json(call.request.body);
  const auto receiver = event ? receiver_of(*event) : std::string();
  if (receiver.empty()) {
    parts_.metrics.provider_hook("unreadable");
    return problem_answer({400, "invalid-event", "The event cannot be read", "Send payload.pool_id.", {}});
  }
  note_hint(list->id, receiver, parts_.store, parts_.clock);
  parts_.metrics.provider_hook("taken");
  return {200, {{"Content-Type", "text/plain; charset=utf-8"}}, "ok"};
}

}  // namespace optledger::http
