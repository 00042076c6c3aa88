#include "service/http/permission_routes.hpp"

#include "lib/base/text.hpp"
#include "service/flows/permit_customers.hpp"
#include "service/http/json_body.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace optledger::http {
namespace {

constexpr const char* not_accepted = "The permission was not accepted";

tl::expected<PermissionRow, FieldErrors> read_row(const Json& body) {
  const auto& columns = permission_columns();
  if (!body.is_object())
    return tl::unexpected(FieldErrors{{"", "wrong-type", "the body must be a JSON object"}});
  TableRow row(columns.names.size());
  FieldErrors errors;
  for (const auto& [name, value] : body.items()) {
    const auto column = columns.find(name);
    if (!column) {
      errors.push_back({"", "unknown-field",
                        fmt::format("there is a member that a permission does not have; it has {}",
                                    fmt::join(columns.names, ", "))});
    } else if (!value.is_string() && !value.is_null()) {
      errors.push_back({name, "wrong-type", "must be a text"});
    } else if (value.is_string()) {
      row[*column] = trim_ascii_space(value.get_ref<const std::string&>());
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return permission_row(row);
}

tl::expected<Permission, FieldErrors> read_permission(const Json& body, const Config& config, Instant now) {
  const auto row = read_row(body);
  if (!row) return tl::unexpected(row.error());
  auto permission = parse_permission(*row, permission_terms(config, now));
  if (permission) return std::move(*permission);
  FieldErrors errors;
  for (const auto& problem : permission.error()) {
    errors.push_back({problem.field, problem.code, problem.detail});
  }
  return tl::unexpected(std::move(errors));
}

}  // namespace

void PermissionRoutes::add_to(Router& router) {
  router.add("POST", "/v1/subscriptions", [this](const Call& call) { return post(call); });
}

Response PermissionRoutes::post(const Call& call) const {
  const auto caller = require_scope(call.request, "manage", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto body = read_json_body(call.request);
  if (!body) return problem_answer(body.error());
  const auto permission = read_permission(*body, parts_.config, parts_.clock.now());
  if (!permission) return problem_answer(problem_of(permission.error(), not_accepted));
  return permit(*permission, *caller);
}

Response PermissionRoutes::permit(const Permission& permission, const ApiKey& caller) const {
  using Outcome = PermitDecision::Outcome;
  const auto result = permit_customer(permission, "key:" + caller.name, parts_.keys.fingerprint, parts_.store,
                                      parts_.clock, parts_.entropy);
  if (result.outcome == Outcome::suppressed) {
    return problem_answer({409, "suppressed", "The person is not to be mailed",
                           "They have left or objected, and no permission overrides that.", "email"});
  }
  return json_answer(result.outcome == Outcome::permitted ? 201 : 200,
                     {{"status", "subscribed"},
                      {"list", permission.list},
                      {"basis", to_text(result.basis)},
                      {"unsubscribe_url", unsubscribe_url(parts_, *result.subscription)}});
}

}  // namespace optledger::http
