// The keys that live outside the database, one file each, 32 random bytes, for the owner's eyes only. A copy
// of the database without them confirms, unsubscribes and reveals nothing; without them the database finds
// nobody.
#pragma once

#include "lib/base/token.hpp"
#include "lib/base/wipe.hpp"
#include "lib/person/fingerprint.hpp"

#include <filesystem>
#include <functional>

namespace optledger {

struct Keys {
  FingerprintKey fingerprint;
  TokenKeys token;  // token.key is number 1, then token-2.key, token-3.key …; the newest signs
  Digest ledger{};  // the seed of the Ed25519 key that signs the ledger's checkpoints

  ~Keys() { wipe(ledger); }
};

enum class MissingKeys {
  make,    // beside a database that does not exist yet
  refuse,  // beside data: new keys would cut the data off from its people for good
};

// Throws std::runtime_error naming the file: missing beside data, wrong size, open to others.
Keys load_keys(const std::filesystem::path& folder, MissingKeys missing,
               const std::function<Digest()>& fresh_key);

// What a database may keep to recognise its own keys without learning them. It stays the same for ever: of
// the token keys it knows the first.
std::string check_value(const Keys& keys);
std::string check_value(const TokenKey& key);

// A further token key, for `serve` to take up at its next start. Whole or not at all; throws when somebody
// else makes one at the same time. Gives its number.
std::uint8_t add_token_key(const std::filesystem::path& folder, const TokenKeys& known,
                           const Digest& fresh_key);

// From the next start on it opens no link. The key itself stays: records have hashes of its tokens.
void retire_token_key(const std::filesystem::path& folder, std::uint8_t id);

// "/var/lib/optledger/keys/token-2.key"
std::filesystem::path token_key_file(const std::filesystem::path& folder, std::uint8_t id);

}  // namespace optledger
