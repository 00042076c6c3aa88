// Reads a letter of compose_confirmation_letter() back, so that a person can see in a proof what it said. It
// knows that one layout only and is no MIME parser: for anything else the bytes themselves must do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

struct LetterReading {
  std::string date;  // as it stands in the header
  std::string from;  // `Example GmbH <news@example.de>`, encoded-words decoded
  std::string to;
  std::string subject;
  std::string text;  // the plain text part; lines end with LF
};

// Nothing when `message` is not laid out like a letter of ours, or does not decode to UTF-8.
std::optional<LetterReading> read_letter(std::string_view message);

}  // namespace optledger
