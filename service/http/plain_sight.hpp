// Text from strangers, made fit for evidence on paper: what could hide something or turn it round is shown by
// its number instead. (Escaping for HTML is the templates' business.)
#pragma once

#include <string>
#include <string_view>

namespace optledger::http {

// Control characters, byte-order marks and bidirectional overrides become "[U+202E]"; ill-formed UTF-8
// becomes U+FFFD. In `multi_line` text line ends (CR LF too) and tabs stay what they are.
enum class Lines { one, many };
std::string in_plain_sight(std::string_view text, Lines lines = Lines::one);

}  // namespace optledger::http
