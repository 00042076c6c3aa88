// The only source of chance. Everything unguessable (nonces, salts, keys) is drawn here, once per flow, and
// passed on as a value.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"

#include <cstdint>
#include <span>

namespace optledger {

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;  // may be called by any thread
};

// The operating system's generator, by libsodium.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy();  // throws std::runtime_error when libsodium cannot start
  void fill(std::span<std::uint8_t> bytes) override;
};

// 48 bits of time, then 80 random ones (the layout of RFC 9562, version 7, without its marks). Ids made one
// after another lie side by side in the index, so a burst of sign-ups writes few pages. An id is unique, not
// secret: what guards a link is the token's tag.
Id fresh_id(Instant now, Entropy& entropy);
Digest fresh_digest(Entropy& entropy);

}  // namespace optledger
