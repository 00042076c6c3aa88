#include "service/webhooks/send_webhook.hpp"

#include "lib/webhook/webhook_signature.hpp"

#include <fmt/format.h>

namespace optledger {
namespace {

constexpr HttpLimits webhook_limits{.connect = std::chrono::seconds{10},
                                    .exchange = std::chrono::seconds{20},
                                    .answer = std::size_t{64} << 10};

HttpReach reach_of(const WebhookConfig& webhook) {
  return webhook.allow_private ? HttpReach::anywhere : HttpReach::public_only;
}

}  // namespace

WebhookLine::WebhookLine(const WebhookConfig& webhook, std::stop_token abandon)
    : webhook_(webhook), http_(webhook_limits, webhook.ca_file, std::move(abandon), reach_of(webhook)) {}

WebhookResult WebhookLine::send(const WebhookMessage& message, Instant now) {
  const auto signature = sign_webhook(webhook_.secrets, message.id, now, message.body);
  const auto answer = http_.send(
      {.method = "POST",
       .url = webhook_.url,
       .headers = {"Content-Type: application/json", "webhook-id: " + signature.id,
                   "webhook-timestamp: " + signature.timestamp, "webhook-signature: " + signature.signature},
       .body = message.body});
  if (!answer) return {.broken_off = answer.error().broken_off, .detail = answer.error().text};
  return {.status = answer->status,
          .retry_after = answer->retry_after,
          .detail = fmt::format("HTTP status {}", answer->status)};
}

}  // namespace optledger
