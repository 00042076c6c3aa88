#include "service/workers/webhook_worker.hpp"

#include "lib/webhook/webhook_attempt.hpp"
#include "service/ops/log.hpp"

#include <algorithm>

namespace optledger {
namespace {

constexpr Duration pause = std::chrono::seconds(1);
constexpr Duration longest_pause = std::chrono::minutes(1);

}  // namespace

WebhookWorker::WebhookWorker(const Parts& parts)
    : parts_(parts), line_(parts.webhook, abandon_.get_token()) {}

WebhookWorker::~WebhookWorker() { request_stop(); }

void WebhookWorker::start() {
  owe_webhooks(parts_.webhook, parts_.store, parts_.clock);  // a new endpoint hears of all from here on
  worker_ = std::make_unique<Worker>("webhook " + parts_.webhook.id, parts_.health,
                                     [this](const std::stop_token& stop) { return tell(stop); });
}

void WebhookWorker::request_stop() {
  abandon_.request_stop();
  if (worker_) worker_->request_stop();
}

Duration WebhookWorker::tell(const std::stop_token& stop) {
  const auto& [webhook, store, clock, entropy, metrics, health] = parts_;
  if (disabled_since(webhook, store)) return pause;
  const bool has_more = owe_webhooks(webhook, store, clock);
  const auto due = due_webhooks(webhook, store, clock);
  for (const auto& delivery : due) {
    if (stop.stop_requested()) return Duration::zero();
    if (deliver(delivery) == Receiver::up) {
      failures_ = 0;
      continue;
    }
    failures_ = std::min(failures_ + 1, 10);
    return std::min(pause * (1 << failures_), longest_pause);
  }
  return has_more || !due.empty() ? Duration::zero() : pause;
}

WebhookWorker::Receiver WebhookWorker::deliver(const WebhookDelivery& delivery) {
  const auto& [webhook, store, clock, entropy, metrics, health] = parts_;
  const auto message = message_for(webhook, delivery.leaf_index, store);
  if (!message) {
    end_webhook(delivery, store);
    metrics.webhook(webhook.id, "dropped");
    return Receiver::up;
  }
  const auto result = line_.send(*message, clock.now());
  if (result.broken_off) return Receiver::down;  // it stays due
  switch (webhook_answer(result.status)) {
    case WebhookAnswer::taken:
      end_webhook(delivery, store);
      metrics.webhook(webhook.id, "delivered");
      return Receiver::up;
    case WebhookAnswer::gone:
      disable_webhook(webhook, store, clock);
      metrics.webhook(webhook.id, "gone");
      log_event(LogLevel::error, "webhook_disabled", {{"webhook", webhook.id}, {"detail", result.detail}});
      return Receiver::down;
    case WebhookAnswer::failed:
      break;
  }
  give_back(delivery, result);
  return is_receiver_down(result.status) ? Receiver::down : Receiver::up;
}

void WebhookWorker::give_back(const WebhookDelivery& delivery, const WebhookResult& result) {
  const auto& [webhook, store, clock, entropy, metrics, health] = parts_;
  const auto wait = next_webhook_try(delivery.attempts + 1, result.retry_after, jitter());
  postpone_webhook(delivery, wait, store, clock);
  metrics.webhook(webhook.id, wait ? "failed" : "given_up");
  log_event(wait ? LogLevel::warning : LogLevel::error, wait ? "webhook_failed" : "webhook_given_up",
            {{"webhook", webhook.id},
             {"leaf_index", delivery.leaf_index},
             {"tries", delivery.attempts + 1},
             {"detail", result.detail}});
}

double WebhookWorker::jitter() const {
  std::array<std::uint8_t, 2> bytes{};
  parts_.entropy.fill(bytes);
  return (bytes[0] * 256 + bytes[1]) / 65536.0;
}

void watch_webhooks(const std::vector<WebhookConfig>& webhooks, Store& store, Metrics& metrics) {
  const auto sum = [&webhooks, &store](auto&& number_of) {
    return [&webhooks, &store, number_of] {
      return read_from(store, [&](Reading& reading) {
        double all = 0;
        for (const auto& webhook : webhooks) all += static_cast<double>(number_of(webhook, reading));
        return all;
      });
    };
  };
  metrics.watch("optledger_webhooks_waiting", "webhooks that are to be sent, or sent again",
                sum([](const WebhookConfig& webhook, Reading& reading) {
                  return reading.count_webhook_deliveries(webhook.id).waiting;
                }));
  metrics.watch("optledger_webhooks_given_up", "webhooks that nobody took in three days",
                sum([](const WebhookConfig& webhook, Reading& reading) {
                  return reading.count_webhook_deliveries(webhook.id).given_up;
                }));
  metrics.watch("optledger_webhook_endpoints_disabled", "endpoints that answered 410",
                sum([](const WebhookConfig& webhook, Reading& reading) {
                  const auto endpoint = reading.webhook_endpoint(webhook.id);
                  return endpoint && endpoint->disabled_at ? 1 : 0;
                }));
}

}  // namespace optledger
