#include "lib/ledger/tlog_proof.hpp"

#include <fmt/format.h>

namespace optledger {

std::string tlog_proof(std::uint64_t index, const std::vector<Digest>& proof, std::string_view checkpoint) {
  auto text = fmt::format("c2sp.org/tlog-proof@v1\nindex {}\n", index);
  for (const auto& hash : proof) text += to_base64(as_chars(hash)) + "\n";
  return text + "\n" + std::string(checkpoint);
}

}  // namespace optledger
