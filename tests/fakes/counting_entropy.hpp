// Predictable "random" bytes: the n-th draw is the number n in the last eight bytes, so every draw differs
// and a test can name it. Safe to draw from several threads.
#pragma once

#include "service/world/entropy.hpp"

#include <algorithm>
#include <atomic>

namespace optledger {

class CountingEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    std::uint64_t number = ++draws_;
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
    for (auto byte = bytes.rbegin(); byte != bytes.rend() && number != 0; ++byte, number >>= 8) {
      *byte = static_cast<std::uint8_t>(number & 0xff);
    }
  }

  std::uint64_t draws() const { return draws_; }

 private:
  std::atomic<std::uint64_t> draws_{0};
};

}  // namespace optledger
