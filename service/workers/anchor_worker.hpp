// Anchors the ledger's checkpoints outside, as far as that is configured: a witness cosigns them, an
// authority stamps them, a receiver and a mailbox get copies. Nothing waits for it: what outsiders cannot do
// now is tried again, and what fails for a day is said in /readyz and the log.
#pragma once

#include "lib/letters/letter.hpp"
#include "service/anchors/ask_timestamp.hpp"
#include "service/anchors/witness.hpp"
#include "service/config/config.hpp"
#include "service/flows/ledger.hpp"
#include "service/workers/anchor_attempts.hpp"
#include "service/workers/worker.hpp"
#include "service/world/entropy.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace optledger {

class AnchorWorker {
 public:
  struct Parts {
    const Config& config;
    const Ledger& ledger;
    Store& store;
    Clock& clock;
    Entropy& entropy;
    Metrics& metrics;
    Health& health;
    const std::string& letter_template;
  };
  explicit AnchorWorker(const Parts& parts);
  ~AnchorWorker();

  void start();  // nothing when no anchor is configured
  void stop();   // breaks off what is under way

  // One look at the published checkpoint, and what follows from it.
  void anchor();

 private:
  std::string cosigned(const SignedCheckpoint& published);
  void stamp(const SignedCheckpoint& checkpoint);
  void push(const SignedCheckpoint& checkpoint);
  void mail(const SignedCheckpoint& checkpoint);
  Letter letter_with(const SignedCheckpoint& checkpoint, Instant at) const;
  void note_failure(AnchorAttempts& attempts, const std::string& detail, bool at_once = false);
  static void note_success(AnchorAttempts& attempts, const std::function<void()>& keep);
  bool is_configured() const;

  const Parts parts_;
  std::stop_source abandon_;
  HttpClient authority_http_;
  HttpClient witness_http_;
  HttpClient push_http_;
  std::optional<Witness> witness_;
  AnchorAttempts timestamp_;
  AnchorAttempts cosignature_;
  AnchorAttempts copy_;
  AnchorAttempts letter_;
  Instant cosigned_at_ = Instant::min();
  Instant pushed_at_ = Instant::min();
  std::atomic<std::int64_t> stamped_at_millis_ = 0;  // since 1970 UTC; 0: never
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
