// The letter that carries a checkpoint of the ledger to whoever keeps it: the note word for word, nothing
// about anybody. A copy outside is what later shows that the ledger was not written anew.
#pragma once

#include "lib/letters/letter.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace optledger {

struct CheckpointLetter {
  std::string from_name;     // may be empty
  std::string from_address;  // bare, ASCII
  std::string to;            // bare, ASCII
  std::string controller_name;
  std::string origin;
  std::uint64_t size = 0;
  std::string vkey;
  std::string note;
  Instant at{};
};

// `template_text` has the parts "--- subject ---" and "--- text ---"; in it {{controller_name}}, {{origin}},
// {{size}}, {{vkey}} and {{note}} stand for what they say. Throws std::invalid_argument when a part or the
// note is missing from it.
Letter compose_checkpoint_letter(std::string_view template_text, const CheckpointLetter& facts);

}  // namespace optledger
