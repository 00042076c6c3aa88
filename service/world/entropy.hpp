// The only source of chance. Everything unguessable (nonces, salts, keys) is drawn here, once per flow, and
// passed on as a value.
#pragma once

#include "lib/base/bytes.hpp"

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

Id fresh_id(Entropy& entropy);
Digest fresh_digest(Entropy& entropy);

}  // namespace optledger
