// Tells one endpoint what happened, in a thread of its own, so that a slow receiver slows nobody else. At
// least once each, mostly in order; a receiver that is down is left alone for up to a minute at a time.
#pragma once

#include "service/flows/owe_webhooks.hpp"
#include "service/ops/metrics.hpp"
#include "service/webhooks/send_webhook.hpp"
#include "service/workers/worker.hpp"
#include "service/world/entropy.hpp"

#include <memory>
#include <stop_token>

namespace optledger {

class WebhookWorker {
 public:
  struct Parts {
    const WebhookConfig& webhook;
    Store& store;
    Clock& clock;
    Entropy& entropy;
    Metrics& metrics;
    Health& health;
  };
  explicit WebhookWorker(const Parts& parts);
  ~WebhookWorker();

  void start();
  void request_stop();  // breaks off what is under way

  // One look at the ledger and at what is due; how long to rest then.
  Duration tell(const std::stop_token& stop);

 private:
  enum class Receiver { up, down };

  Receiver deliver(const WebhookDelivery& delivery);
  void give_back(const WebhookDelivery& delivery, const WebhookResult& result);
  double jitter() const;

  const Parts parts_;
  std::stop_source abandon_;
  WebhookLine line_;
  int failures_ = 0;  // of the receiver, in a row
  std::unique_ptr<Worker> worker_;
};

// Gauges of all endpoints together: what waits, what was given up, who is gone.
void watch_webhooks(const std::vector<WebhookConfig>& webhooks, Store& store, Metrics& metrics);

}  // namespace optledger
