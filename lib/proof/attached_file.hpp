// The file attached to a PDF, so that a person reads the paper and a program the evidence. It reads the form
// in which service/pdf writes, where the attached bytes stand as they are, and no other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

// Nothing when the bytes are no such PDF, or one that somebody has added to since: then it would be open
// which attachment a viewer shows.
std::optional<std::string> attached_file(std::string_view pdf);

}  // namespace optledger
