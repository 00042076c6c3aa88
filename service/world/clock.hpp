// The only reader of wall-clock time. A flow reads `now` once and passes it on as a value.
#pragma once

#include "lib/base/instant.hpp"

namespace optledger {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;  // UTC, cut to milliseconds; may be called by any thread
};

class SystemClock final : public Clock {
 public:
  Instant now() override;
};

}  // namespace optledger
