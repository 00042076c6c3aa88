// Notes departures in the journal a moment after they are on disk, and lets the journal forget with the
// database.
#pragma once

#include "service/workers/departures.hpp"
#include "service/workers/worker.hpp"

#include <memory>

namespace optledger {

class DepartureWorker {
 public:
  struct Parts {
    Departures& departures;
    Store& store;
    Clock& clock;
    Duration max_clock_jump;
    Health& health;
  };
  explicit DepartureWorker(const Parts& parts) : parts_(parts) {}

  void start();

 private:
  Duration keep();
  void shorten();

  const Parts parts_;
  Instant shorten_at_ = Instant::min();
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
