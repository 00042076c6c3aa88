#include "lib/consent/commitment.hpp"

#include "lib/base/hash.hpp"

namespace optledger {

Digest entry_of(std::string_view canonical, const Digest& salt) {
  std::string bytes(as_chars(salt));
  bytes += canonical;
  return sha256(bytes);
}

Commitment commit_to(const Record& record, const Digest& salt) {
  auto canonical = to_canonical_json(to_json(record));
  const auto entry = entry_of(canonical, salt);
  return {std::move(canonical), entry};
}

}  // namespace optledger
