// The keys that live outside the database, one file each, 32 random bytes, for the owner's eyes only. A copy
// of the database without them confirms, unsubscribes and reveals nothing; without them the database finds
// nobody.
#pragma once

#include "lib/base/token.hpp"
#include "lib/person/fingerprint.hpp"

#include <filesystem>
#include <functional>

namespace optledger {

struct Keys {
  FingerprintKey fingerprint;
  TokenKey token;
  Digest ledger{};  // the seed of the Ed25519 key that signs the ledger's checkpoints
};

enum class MissingKeys {
  make,    // beside a database that does not exist yet
  refuse,  // beside data: new keys would cut the data off from its people for good
};

// Throws std::runtime_error naming the file: missing beside data, wrong size, readable by others.
Keys load_keys(const std::filesystem::path& folder, MissingKeys missing,
               const std::function<Digest()>& fresh_key);

// What a database may keep to recognise its own keys without learning them.
std::string check_value(const Keys& keys);

}  // namespace optledger
