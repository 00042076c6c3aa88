// Secrets do not stay in memory that is no longer theirs. What a compiler copied into a register or a library
// into a buffer of its own is out of reach; docs/threat-model.md says what that leaves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace optledger {

void wipe(void* bytes, std::size_t size);  // never optimised away

template <std::size_t N>
void wipe(std::array<std::uint8_t, N>& bytes) {
  wipe(bytes.data(), N);
}

// All that was allocated, so that what a longer text left behind a shorter one goes too.
inline void wipe(std::string& text) {
  text.resize(text.capacity());
  wipe(text.data(), text.size());
  text.clear();
}

}  // namespace optledger
