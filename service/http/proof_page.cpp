#include "service/http/proof_page.hpp"

#include "lib/base/bytes.hpp"
#include "lib/base/hash.hpp"
#include "lib/proof/carried_proof.hpp"
#include "service/config/config.hpp"
#include "service/http/language.hpp"
#include "service/http/pages.hpp"
#include "service/http/proof_values.hpp"
#include "service/pdf/pdf.hpp"

namespace optledger::http {
namespace {

bool is_receipt(const Json& proof) { return proof.at("format") == "optledger-erasure-receipt/1"; }

// A receipt holds nothing that the person saw but the declaration, which is one of our own texts.
std::string language_of_receipt(const Json& receipt, const Templates& templates) {
  const auto& text = receipt.at("declaration").at("text");
  for (const auto& language : templates.languages()) {
    for (const char* key : {"declaration", "declaration_permission"}) {
      if (templates.word(language, "erasure", key) == text.get_ref<const std::string&>()) return language;
    }
  }
  return {};
}

// The language of the latest sign-up, as the person saw it. A permission under § 7 Abs. 3 UWG has none and is
// asked about in Germany.
std::string language_of(const Json& proof, const Templates& templates) {
  if (is_receipt(proof)) return language_of_receipt(proof, templates);
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

std::string attachment_name(const Json& proof) {
  return is_receipt(proof) ? "optledger-erasure-receipt.json" : "optledger-proof.json";
}

struct Rendered {
  std::string html;
  std::string language;
};

// What the page says, whether it becomes a file for a browser or sheets of paper.
Rendered render(const Json& proof, const PrintedProof& printed, const Pages& pages, bool on_paper) {
  const auto& templates = pages.templates();
  const auto language = choose_language(templates.languages(),
                                        printed.language.value_or(language_of(proof, templates)), "", "en");
  const auto title = title_of(printed.list, language);
  auto values = is_receipt(proof) ? receipt_values(proof, title, templates, language)
                                  : proof_values(proof, title, templates, language, printed.read_timestamp);
  values["on_paper"] = on_paper;
  values["attachment"] = attachment_name(proof);
  return {templates.render(is_receipt(proof) ? "erasure-receipt" : "proof", language, values), language};
}

}  // namespace

std::string proof_page(const Json& proof, const PrintedProof& printed, const Pages& pages) {
  auto html = render(proof, printed, pages, false).html;
  // Not by the template: there every value is escaped for HTML, and a script element knows no such escapes.
  html.insert(std::min(html.rfind("</body>"), html.size()), embedded_proof(to_canonical_json(proof)) + "\n");
  return html;
}

std::string proof_pdf(const Json& proof, const PrintedProof& printed, const Pages& pages) {
  const auto [html, language] = render(proof, printed, pages, true);
  const auto json = to_canonical_json(proof);
  const auto section = is_receipt(proof) ? "erasure-receipt" : "proof";
  return pdf::to_pdf(
      {.html = html,
       .author = proof.at("controller").at("name"),
       .footer = to_hex(sha256(json)).substr(0, 16),
       .made_at = parse_rfc3339(proof.at("issued_at").get_ref<const std::string&>()).value(),
       .attachment = {attachment_name(proof), "application/json",
                      pages.templates().word(language, section, "attachment_note").value(), json}});
}

std::string proof_page_policy(std::string_view html) {
  static constexpr std::string_view open = "<style>";
  const auto begin = html.find(open) + open.size();
  const auto style = html.substr(begin, html.find("</style>", begin) - begin);
  return "default-src 'none'; style-src 'sha256-" + to_base64(as_chars(sha256(style))) +
         "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace optledger::http
