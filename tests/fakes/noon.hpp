// The moment at which the tests play unless they say otherwise: 2026-11-23T12:00:00Z.
#pragma once

#include "lib/base/instant.hpp"

namespace optledger {

inline const Instant noon = from_millis(1795435200000);

}  // namespace optledger
