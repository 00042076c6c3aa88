#include "service/http/operator_routes.hpp"

#include "service/flows/check_suppressions.hpp"
#include "service/http/declaration.hpp"
#include "service/http/json_body.hpp"

namespace optledger::http {
namespace {

constexpr std::size_t most_addresses = 1000;

std::string_view name_of(EndDecision::Outcome outcome) {
  switch (outcome) {
    case EndDecision::Outcome::ended:
      return "ended";
    case EndDecision::Outcome::already:
      return "already";
    case EndDecision::Outcome::nothing_held:
      return "nothing_held";
  }
  return {};
}

Json to_json(const std::vector<ErasedList>& erased) {
  Json lists = Json::array();
  for (const auto& one : erased) {
    const bool is_erased = one.outcome == ErasureDecision::Outcome::erased;
    lists.push_back({{"list", one.list},
                     {"status", is_erased ? "erased" : "restricted"},
                     {"kept_until", or_null(one.kept_until)}});
  }
  return lists;
}

tl::expected<std::vector<EmailAddress>, Problem> read_addresses(const Json& body) {
  if (!body.is_object() || !body.contains("emails") || !body.at("emails").is_array()) {
    return tl::unexpected(bad_member("emails", "Send {\"emails\": […]}."));
  }
  for (const auto& [name, value] : body.items()) {
    const bool is_list = name == "list" && value.is_string();
    if (name != "emails" && !is_list)
      return tl::unexpected(bad_member("", "This call has emails, and list as a text."));
  }
  const auto& emails = body.at("emails");
  if (emails.size() > most_addresses) {
    return tl::unexpected(bad_member("emails", "At most 1000 addresses in one call.", "too-many-addresses"));
  }
  std::vector<EmailAddress> addresses;
  for (const auto& email : emails) {
    auto address = email.is_string() ? EmailAddress::parse(email.get_ref<const std::string&>())
                                     : tl::unexpected(std::string("must be a text"));
    if (!address) {
      return tl::unexpected(bad_member("emails/" + std::to_string(addresses.size()),
                                       "Not an e-mail address: " + address.error() + ".", "invalid-email"));
    }
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

}  // namespace

void OperatorRoutes::add_to(Router& router) {
  router.add("POST", "/v1/unsubscribes",
             [this](const Call& call) { return end(call, SuppressionKind::unsubscribed); });
  router.add("POST", "/v1/blocks", [this](const Call& call) { return end(call, SuppressionKind::blocked); });
  router.add("POST", "/v1/unblocks", [this](const Call& call) { return unblock(call); });
  router.add("POST", "/v1/erasures", [this](const Call& call) { return erase(call); });
  router.add("POST", "/v1/suppressions/check", [this](const Call& call) { return check(call); });
}

tl::expected<OperatorRequest, Problem> OperatorRoutes::request_of(const Call& call, const PersonQuery& query,
                                                                  const ApiKey& caller) const {
  if (query.list && parts_.config.list(*query.list) == nullptr) {
    return tl::unexpected(bad_member("list", "There is no list of this name.", "unknown-list"));
  }
  return OperatorRequest{query.address, query.list,
                         query.reason,  "key:" + caller.name,
                         "api",         {call.client.ip, call.client.source, std::nullopt}};
}

Response OperatorRoutes::end(const Call& call, SuppressionKind kind) const {
  const auto caller = require_scope(call.request, "manage", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto query = read_person_query(call.request, {});
  if (!query) return problem_answer(query.error());
  const auto request = request_of(call, *query, *caller);
  if (!request) return problem_answer(request.error());
  const auto ended = end_subscriptions(kind, *request, parts_.config.retention.proof_window,
                                       parts_.keys.fingerprint, parts_.store, parts_.clock, parts_.entropy);
  Json lists = Json::array();
  for (const auto& one : ended) {
    parts_.metrics.unsubscription("api");
    lists.push_back({{"list", one.list}, {"outcome", name_of(one.outcome)}});
  }
  return json_answer(200, {{"status", to_text(kind)}, {"lists", std::move(lists)}});
}

Response OperatorRoutes::unblock(const Call& call) const {
  const auto caller = require_scope(call.request, "manage", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto query = read_person_query(call.request, {});
  if (!query) return problem_answer(query.error());
  const auto request = request_of(call, *query, *caller);
  if (!request) return problem_answer(request.error());
  switch (optledger::unblock(*request, parts_.config.retention.proof_window, parts_.keys.fingerprint,
                             parts_.store, parts_.clock, parts_.entropy)) {
    case Unblocked::yes:
      return json_answer(200, {{"status", "unblocked"}});
    case Unblocked::on_every_list:
      return problem_answer({409, "blocked-on-every-list", "Blocked on every list",
                             "The block is for every list: leave list out to lift it.", "list"});
    case Unblocked::not_blocked:
      break;
  }
  return problem_answer({404, "not-blocked", "Not blocked", "This address is not blocked.", {}});
}

Response OperatorRoutes::erase(const Call& call) const {
  const auto caller = require_scope(call.request, "manage", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto query = read_person_query(call.request, {"consent_confirmed"});
  if (!query) return problem_answer(query.error());
  const auto& body = query->body;
  const bool is_stated = body.contains("consent_confirmed");
  if (is_stated && !body.at("consent_confirmed").is_boolean()) {
    return problem_answer(bad_member("consent_confirmed", "consent_confirmed must be true or false."));
  }
  const auto request = request_of(call, *query, *caller);
  if (!request) return problem_answer(request.error());
  std::optional<Declarations> confirmed;
  if (is_stated && body.at("consent_confirmed")) confirmed = declarations(parts_.pages.templates());
  const auto erased = erase_person(*request, confirmed, parts_.config.retention.proof_window,
                                   parts_.keys.fingerprint, parts_.store, parts_.clock, parts_.entropy);
  if (erased.empty()) {
    return problem_answer({404, "nothing-held", "Nothing held", "Nothing is held about this address.", {}});
  }
  return json_answer(200, {{"lists", to_json(erased)}});
}

Response OperatorRoutes::check(const Call& call) const {
  const auto caller = require_scope(call.request, "suppression", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto body = read_json_body(call.request);
  if (!body) return problem_answer(body.error());
  const auto addresses = read_addresses(*body);
  if (!addresses) return problem_answer(addresses.error());
  std::optional<std::string> list;
  if (body->contains("list")) list = body->at("list").get<std::string>();
  if (list && parts_.config.list(*list) == nullptr) {
    return problem_answer(bad_member("list", "There is no list of this name.", "unknown-list"));
  }
  const auto answers = check_suppressions(*addresses, list, parts_.keys.fingerprint, parts_.store);
  Json results = Json::array();
  for (std::size_t at = 0; at < answers.size(); ++at) {
    const auto& rule = answers[at].rule;
    results.push_back({{"email", body->at("emails").at(at)},
                       {"suppressed", rule.has_value()},
                       {"reason", rule ? Json(to_text(rule->kind)) : Json(nullptr)},
                       {"list", or_null(rule ? rule->list : std::nullopt)},
                       {"since", rule ? Json(to_rfc3339(rule->since)) : Json(nullptr)}});
  }
  return json_answer(200, {{"results", std::move(results)}});
}

}  // namespace optledger::http
