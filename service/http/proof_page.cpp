#include "service/http/proof_page.hpp"

#include "lib/base/bytes.hpp"
#include "lib/base/hash.hpp"
#include "lib/proof/carried_proof.hpp"
#include "service/config/config.hpp"
#include "service/http/language.hpp"
#include "service/http/pages.hpp"
#include "service/http/proof_values.hpp"

namespace optledger::http {
namespace {

// The language of the latest sign-up, as the person saw it. A permission under § 7 Abs. 3 UWG has none and is
// asked about in Germany.
std::string language_of(const Json& proof) {
  std::string language;
  for (const auto& evidence : proof.at("records")) {
    const auto& record = evidence.at("record");
    if (record.at("kind") == "imported" && language.empty()) language = "de";
    if (record.at("kind") == "signup_requested") language = record.at("details").value("locale", language);
  }
  return language;
}

std::string title_of(const ListConfig* list, const std::string& language) {
  if (list == nullptr || list->title.empty()) return {};
  const auto title = list->title.find(language);
  return title != list->title.end() ? title->second : list->title.begin()->second;
}

}  // namespace

std::string proof_page(const Json& proof, const ListConfig* list, const Pages& pages,
                       const std::optional<std::string>& language) {
  const auto& templates = pages.templates();
  const auto chosen = choose_language(templates.languages(), language.value_or(language_of(proof)), "", "en");
  std::string html =
      templates.render("proof", chosen, proof_values(proof, title_of(list, chosen), templates, chosen));
  // Not by the template: there every value is escaped for HTML, and a script element knows no such escapes.
  html.insert(std::min(html.rfind("</body>"), html.size()), embedded_proof(to_canonical_json(proof)) + "\n");
  return html;
}

std::string proof_page_policy(std::string_view html) {
  static constexpr std::string_view open = "<style>";
  const auto begin = html.find(open) + open.size();
  const auto style = html.substr(begin, html.find("</style>", begin) - begin);
  return "default-src 'none'; style-src 'sha256-" + to_base64(as_chars(sha256(style))) +
         "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace optledger::http
