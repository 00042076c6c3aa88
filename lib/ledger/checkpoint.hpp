// C2SP tlog-checkpoint: the text of the signed note by which a ledger stands for its size and root. Exactly
// three lines: our ledger has no extension lines, so one that has some is not ours.
#pragma once

#include "lib/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;  // below 2^63
  Digest root{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string to_text(const Checkpoint& checkpoint);

// From a note's text, which says nothing about its signatures.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace optledger
