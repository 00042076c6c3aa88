#include "lib/person/fingerprint.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"

namespace optledger {

Fingerprint fingerprint_of(const EmailAddress& address, const FingerprintKey& key) {
  // The domain is already one form (lower-case A-labels); the local part was checked to be UTF-8 by the
  // parser.
  const auto local = fold_case(address.local_part()).value();
  return {hmac_sha256(key.bytes, local + "@" + std::string(address.domain()))};
}

}  // namespace optledger
