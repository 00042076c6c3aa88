#include "service/world/clock.hpp"

#include <chrono>

namespace optledger {

Instant SystemClock::now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace optledger
