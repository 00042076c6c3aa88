#include "lib/base/wipe.hpp"

#include <sodium.h>

namespace optledger {

void wipe(void* bytes, std::size_t size) { sodium_memzero(bytes, size); }

}  // namespace optledger
