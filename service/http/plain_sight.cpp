#include "service/http/plain_sight.hpp"

#include "lib/base/text.hpp"

#include <fmt/format.h>

namespace optledger::http {
namespace {

// `character` is one well-formed character.
unsigned code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(character[i]));
  };
  unsigned code = character.size() == 1 ? byte(0) : byte(0) & (0xFFU >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) code = code << 6 | (byte(i) & 0x3FU);
  return code;
}

}  // namespace

std::string in_plain_sight(std::string_view text, Lines lines) {
  const std::string valid = to_valid_utf8(text);
  std::string shown;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string character = first_characters(rest, 1);
    const bool line_end = rest.starts_with("\r\n");
    rest.remove_prefix(character.size());
    if (lines == Lines::many && (line_end || character == "\n" || character == "\t")) {
      if (!line_end) shown += character;
    } else if (has_control_character(character)) {
      shown += fmt::format("[U+{:04X}]", code_point(character));
    } else {
      shown += character;
    }
  }
  return shown;
}

}  // namespace optledger::http
