#include "service/world/entropy.hpp"

#include <sodium.h>

#include <stdexcept>

namespace optledger {

SystemEntropy::SystemEntropy() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of random numbers");
}

void SystemEntropy::fill(std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

Id fresh_id(Entropy& entropy) {
  Id id{};
  entropy.fill(id);
  return id;
}

Digest fresh_digest(Entropy& entropy) {
  Digest digest{};
  entropy.fill(digest);
  return digest;
}

}  // namespace optledger
