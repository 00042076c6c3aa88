#include "service/http/proof_routes.hpp"

#include "service/flows/look_up_proof.hpp"
#include "service/http/callers.hpp"
#include "service/http/media_type.hpp"
#include "service/http/proof_page.hpp"

namespace optledger::http {
namespace {

struct Query {
  ProofRequest request;
  std::string format;
};

Problem bad_member(const char* field, const std::string& detail, const char* code = "invalid-request") {
  return {422, code, "The look-up was not accepted", detail, field};
}

std::optional<Problem> check_members(const Json& body) {
  if (!body.is_object()) return bad_member("", "The body must be a JSON object.");
  for (const auto& [name, value] : body.items()) {
    if (name != "email" && name != "list" && name != "reason" && name != "format") {
      return bad_member(
          "", "There is a member that a look-up does not have; it has email, list, reason, format.");
    }
    if (!value.is_string()) return bad_member(name.c_str(), name + " must be a text.");
  }
  if (!body.contains("email")) return bad_member("email", "Say whose proof: send email.", "missing-email");
  if (!body.contains("reason")) return bad_member("reason", "Say why the data is needed.", "missing-reason");
  return std::nullopt;
}

std::string format_of(const Json& body, const Request& request) {
  if (body.contains("format")) return body.at("format");
  return wants_page(request) ? "html" : "json";
}

tl::expected<Query, Problem> read_query(const Request& request, const ApiKey& caller) {
  const auto media_type = parse_media_type(request.header("content-type").value_or(""));
  if (!media_type || media_type->name != "application/json") {
    return tl::unexpected(
        Problem{415, "unsupported-media-type", "Content-Type not supported", "Send application/json.", {}});
  }
  const auto body = parse_strict_json(request.body);
  if (!body)
    return tl::unexpected(
        Problem{400, "invalid-json", "The body is not JSON", "The body " + body.error() + ".", {}});
  if (auto problem = check_members(*body)) return tl::unexpected(*problem);
  const auto address = EmailAddress::parse(body->at("email").get<std::string>());
  if (!address)
    return tl::unexpected(
        bad_member("email", "Not an e-mail address: " + address.error() + ".", "invalid-email"));
  const std::string reason = body->at("reason");
  if (const auto problem = problem_with_reason(reason)) {
    return tl::unexpected(bad_member("reason", "The reason " + *problem + ".", "invalid-reason"));
  }
  const auto format = format_of(*body, request);
  if (format != "json" && format != "html") {
    return tl::unexpected(bad_member("format", "This version gives json and html.", "unsupported-format"));
  }
  std::optional<std::string> list;
  if (body->contains("list")) list = body->at("list").get<std::string>();
  return Query{{*address, list, reason, "key:" + caller.name}, format};
}

}  // namespace

void ProofRoutes::add_to(Router& router) {
  router.add("POST", "/v1/proofs", [this](const Call& call) { return look_up(call); });
}

Response ProofRoutes::look_up(const Call& call) const {
  const auto caller = require_scope(call.request, "proof", parts_.store);
  if (!caller) return problem_answer(caller.error());
  const auto query = read_query(call.request, *caller);
  if (!query) return problem_answer(query.error());
  const auto result =
      look_up_proof(query->request, parts_.config, parts_.keys.fingerprint, parts_.store, parts_.clock);
  if (std::holds_alternative<NothingHeld>(result)) {
    parts_.metrics.look_up("nothing_held");
    return problem_answer({404, "nothing-held", "Nothing held", "Nothing is held about this address.", {}});
  }
  if (const auto* needed = std::get_if<ListNeeded>(&result)) {
    return problem_answer({409,
                           "list-needed",
                           "Several lists",
                           "Say which list: send list.",
                           "list",
                           {{"lists", needed->lists}}});
  }
  parts_.metrics.look_up("found");
  const auto& proof = std::get<Json>(result);
  if (query->format == "html") {
    const auto* list = parts_.config.list(proof.at("subject").at("list").get_ref<const std::string&>());
    auto response = page_answer(200, proof_page(proof, list, parts_.pages));
    response.headers.push_back({"Content-Security-Policy", proof_page_policy(response.body)});
    return response;
  }
  return json_answer(200, proof);
}

}  // namespace optledger::http
