#include "service/http/proof_routes.hpp"

#include "lib/proof/consent_views.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/http/callers.hpp"
#include "service/http/person_query.hpp"
#include "service/http/proof_page.hpp"

#include <algorithm>
#include <array>

namespace optledger::http {
namespace {

struct Query {
  ProofRequest request;
  std::string format;
};

// The one that Accept names first.
std::string format_accepted(const Request& request) {
  const auto accept = request.header("accept").value_or("");
  const auto html = accept.find("text/html");
  const auto pdf = accept.find("application/pdf");
  const auto json = accept.find("application/json");
  if (pdf < html && pdf < json) return "pdf";
  return html < json ? "html" : "json";
}

tl::expected<Query, Problem> read_query(const Request& request, const ApiKey& caller) {
  auto query = read_person_query(request, {"format"});
  if (!query) return tl::unexpected(query.error());
  std::string format = format_accepted(request);
  if (query->body.contains("format")) {
    const auto& named = query->body.at("format");
    constexpr std::array formats = {"json", "html", "pdf", "kantara", "dpv"};
    if (std::find(formats.begin(), formats.end(), named) == formats.end()) {
      return tl::unexpected(
          bad_member("format", "Must be json, html, pdf, kantara or dpv.", "unsupported-format"));
    }
    format = named.get<std::string>();
  }
  return Query{{query->address, query->list, query->reason, "key:" + caller.name}, format};
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
  const auto result = look_up_proof(query->request, {parts_.config, parts_.keys.fingerprint, parts_.ledger,
                                                     parts_.store, parts_.clock, parts_.entropy});
  if (std::holds_alternative<LedgerBehind>(result)) {
    parts_.metrics.look_up("ledger_behind");
    return problem_answer({503,
                           "ledger-behind",
                           "The ledger is behind",
                           "The records are not under a signed checkpoint yet. Try again.",
                           {}});
  }
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
  const auto* erased = std::get_if<ErasedPerson>(&result);
  parts_.metrics.look_up(erased != nullptr ? "erased" : "found");
  return answer(erased != nullptr ? erased->receipt : std::get<Json>(result), query->format);
}

// The proof, or the receipt of an erasure.
Response ProofRoutes::answer(const Json& found, const std::string& format) const {
  if (format == "kantara" || format == "dpv") {
    const auto view = format == "kantara" ? kantara_receipt(found) : dpv_record(found);
    if (!view) {
      return problem_answer({422, "no-consent", "There is no consent",
                             "No consent is on record, so there is none to show in this form.", "format"});
    }
    const char* type = format == "kantara" ? "application/json" : "application/ld+json";
    return {200, {{"Content-Type", type}}, to_canonical_json(*view)};
  }
  const PrintedProof printed{
      .list = parts_.config.list(found.at("subject").at("list").get_ref<const std::string&>())};
  if (format == "pdf") {
    return {200,
            {{"Content-Type", "application/pdf"},
             {"Content-Disposition", "attachment; filename=\"optledger-proof.pdf\""}},
            proof_pdf(found, printed, parts_.pages)};
  }
  if (format == "html") {
    auto response = page_answer(200, proof_page(found, printed, parts_.pages));
    response.headers.push_back({"Content-Security-Policy", proof_page_policy(response.body)});
    return response;
  }
  // The canonical bytes, so that the file's SHA-256 is the one that page and PDF print.
  return {200, {{"Content-Type", "application/json"}}, to_canonical_json(found)};
}

}  // namespace optledger::http
