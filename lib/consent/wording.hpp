// The consent text a person saw, in one language. Immutable: it is named by the SHA-256 of its UTF-8 bytes,
// so a record that names it proves the exact words for good, whatever the website says today.
#pragma once

#include "lib/base/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct PurposeText {
  std::string id;
  std::string text;
};

struct Wording {
  std::string text;
  Digest sha256{};
  bool operator==(const Wording&) const = default;
};

// One document of everything that is agreed to: the consent text, and each optional purpose with what its box
// says, so that the hash covers them all. Line ends become LF, trailing blank lines go.
Wording make_wording(std::string_view consent_text, const std::vector<PurposeText>& purposes);

}  // namespace optledger
