#include "lib/proof/carried_proof.hpp"

#include "lib/proof/attached_file.hpp"

#include <utility>

namespace optledger {
namespace {

constexpr std::string_view begin_tag = R"(<script type="application/json" id="optledger-proof">)";
constexpr std::string_view end_tag = "</script>";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

tl::expected<CarriedProof, std::string> proof_in_page(std::string_view html) {
  const auto begin = html.find(begin_tag);
  if (begin == std::string_view::npos) return tl::unexpected(std::string("the page carries no proof"));
  if (html.rfind(begin_tag) != begin) return tl::unexpected(std::string("the page carries several proofs"));
  html.remove_prefix(begin + begin_tag.size());
  const auto end = html.find(end_tag);
  if (end == std::string_view::npos) return tl::unexpected(std::string("the proof in the page has no end"));
  return CarriedProof{std::string(html.substr(0, end)), true};
}

tl::expected<CarriedProof, std::string> proof_in_pdf(std::string_view pdf) {
  auto json = attached_file(pdf);
  if (!json) return tl::unexpected(std::string("the PDF carries no proof, or was changed since it was made"));
  return CarriedProof{std::move(*json), true};
}

// What the file's first character is, whatever stands before it that should not.
char first_character(std::string_view bytes) {
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? '\0' : bytes[first];
}

}  // namespace

std::string embedded_proof(std::string_view json) {
  std::string element(begin_tag);
  for (const char c : json) {
    if (c == '<') {
      element += "\\u003c";
    } else {
      element += c;
    }
  }
  return element.append(end_tag);
}

tl::expected<CarriedProof, std::string> proof_carried_by(std::string_view bytes) {
  if (bytes.starts_with("%PDF-")) return proof_in_pdf(bytes);
  const char first = first_character(bytes);
  if (first == '{') return CarriedProof{std::string(bytes), false};
  if (first == '<') return proof_in_page(bytes);
  return tl::unexpected(std::string("neither JSON nor an HTML page nor a PDF"));
}

}  // namespace optledger
