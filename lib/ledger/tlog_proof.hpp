// C2SP tlog-proof: the inclusion of one leaf as a text file that other people's tools read.
#pragma once

#include "lib/base/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// The checkpoint is the whole signed note.
std::string tlog_proof(std::uint64_t index, const std::vector<Digest>& proof, std::string_view checkpoint);

}  // namespace optledger
