#include "service/world/entropy.hpp"

#include <sodium.h>

#include <stdexcept>

namespace optledger {

SystemEntropy::SystemEntropy() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of random numbers");
}

void SystemEntropy::fill(std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

Id fresh_id(Instant now, Entropy& entropy) {
  constexpr std::size_t time_bytes = 6;
  Id id{};
  auto millis = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t at = time_bytes; at-- > 0; millis >>= 8) id[at] = static_cast<std::uint8_t>(millis);
  entropy.fill(std::span(id).subspan(time_bytes));
  return id;
}

Digest fresh_digest(Entropy& entropy) {
  Digest digest{};
  entropy.fill(digest);
  return digest;
}

}  // namespace optledger
