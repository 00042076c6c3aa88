// Sends the letters that are owed, a few at a time, over one connection that stays open. Several of them
// share the work by leases; a letter may go out twice only when its result was lost, and then with the same
// Message-ID.
#pragma once

#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/mail/mailer.hpp"
#include "service/ops/metrics.hpp"
#include "service/store/store.hpp"
#include "service/workers/worker.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <memory>

namespace optledger {

struct ClaimedLetter;

class LetterWorker {
 public:
  struct Parts {
    const Config& config;
    const Keys& keys;
    Store& store;
    Clock& clock;
    Entropy& entropy;
    Metrics& metrics;
    Health& health;
  };
  LetterWorker(const Parts& parts, int number);
  ~LetterWorker();  // breaks off a dialogue that is still going on

  void request_stop() { worker_->request_stop(); }
  // After request_stop(): waits for the letter being sent, at most `patience`. A dialogue that is broken off
  // may have delivered its letter, which then goes out twice.
  void await_end(Duration patience) { worker_->await_end(patience); }

 private:
  Duration send_some(const std::stop_token& stop);
  void send(const ClaimedLetter& letter);

  Parts parts_;
  std::stop_source abandon_;
  std::unique_ptr<Mailer> mailer_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace optledger
