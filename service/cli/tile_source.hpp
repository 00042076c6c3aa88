// The ledger's tiles as a verifier has them: in a folder, a copy of the mirror, or at the service's public
// address. They need not be trusted: what they lead to is compared with what was signed.
#pragma once

#include "lib/ledger/tree.hpp"

#include <functional>
#include <string>

namespace optledger::cli {

struct TileSource {
  TileReader tiles;                         // throws std::runtime_error with what is missing
  std::function<std::string()> checkpoint;  // the last one; the same
};

// "https://newsletter.example.de/v1/ledger", or a folder with `tile` and `checkpoint` in it.
TileSource tile_source(const std::string& url_or_folder);

}  // namespace optledger::cli
