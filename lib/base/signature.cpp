#include "lib/base/signature.hpp"

#include <sodium.h>

namespace optledger {
namespace {

struct KeyPair {
  Digest public_key;
  std::array<std::uint8_t, 64> secret_key;

  explicit KeyPair(const Digest& seed) {
    crypto_sign_seed_keypair(public_key.data(), secret_key.data(), seed.data());
  }
  ~KeyPair() { sodium_memzero(secret_key.data(), secret_key.size()); }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;
};

}  // namespace

Digest public_key_of(const Digest& seed) { return KeyPair(seed).public_key; }

Signature sign(std::string_view message, const Digest& seed) {
  const KeyPair pair(seed);
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, octets(message), message.size(), pair.secret_key.data());
  return signature;
}

bool verify_signature(std::string_view message, std::string_view signature, const Digest& public_key) {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(octets(signature), octets(message), message.size(), public_key.data()) ==
             0;
}

}  // namespace optledger
