// The optional name of a person: any script, 1 to 100 characters after trimming, no control characters, in
// NFC. It is never required and never reaches a letter before confirmation.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

class PersonName {
 public:
  static tl::expected<PersonName, std::string> parse(std::string_view text);
  const std::string& text() const { return text_; }

 private:
  explicit PersonName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace optledger
