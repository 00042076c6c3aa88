#include "lib/consent/wording.hpp"

#include "lib/base/hash.hpp"

namespace optledger {
namespace {

std::string with_lf_line_ends(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  while (!result.empty() && result.back() == '\n') result.pop_back();
  return result + "\n";
}

}  // namespace

Wording make_wording(std::string_view consent_text, const std::vector<PurposeText>& purposes) {
  auto text = with_lf_line_ends(consent_text);
  for (const auto& purpose : purposes) text += "\n[ ] " + purpose.id + ": " + with_lf_line_ends(purpose.text);
  const auto hash = sha256(text);
  return {std::move(text), hash};
}

}  // namespace optledger
