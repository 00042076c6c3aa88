// The fingerprint finds and suppresses an address without holding it: HMAC-SHA-256 over the compare form
// (case of the local part folded, domain in A-labels), with a key outside the database. Without the key it
// matches nothing.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/wipe.hpp"
#include "lib/person/email_address.hpp"

namespace optledger {

struct FingerprintKey {
  Digest bytes{};
  ~FingerprintKey() { wipe(bytes); }
};

struct Fingerprint {
  Digest bytes{};
  bool operator==(const Fingerprint&) const = default;
};

Fingerprint fingerprint_of(const EmailAddress& address, const FingerprintKey& key);

}  // namespace optledger
