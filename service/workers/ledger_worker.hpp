// Lets the ledger grow behind the records: entries into the mirror and a signed checkpoint, at most a second
// after their commit, about one a second under load. Trouble is said in /readyz and stops nobody from signing
// up: what could not be published is published when it can.
#pragma once

#include "service/flows/grow_ledger.hpp"
#include "service/ops/metrics.hpp"
#include "service/workers/worker.hpp"
#include "service/world/clock.hpp"

#include <atomic>
#include <memory>

namespace optledger {

class LedgerWorker {
 public:
  struct Parts {
    const Ledger& ledger;
    Store& store;
    Clock& clock;
    Metrics& metrics;
    Health& health;
  };
  explicit LedgerWorker(const Parts& parts);

  void start();
  // Signs what is there and ends.
  void stop();

 private:
  Duration grow();
  Duration wait_for_others();
  void note(std::uint64_t size);

  Parts parts_;
  std::atomic<std::uint64_t> size_ = 0;
  std::atomic<std::int64_t> signed_at_millis_ = 0;  // since 1970 UTC; 0: not since the start
  Duration waited_{};
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
