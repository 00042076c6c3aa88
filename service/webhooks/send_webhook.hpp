// One webhook to one endpoint: signed by each of its secrets, to public addresses only unless the operator
// allows others, without redirects.
#pragma once

#include "lib/webhook/webhook_message.hpp"
#include "service/config/config.hpp"
#include "service/net/http_client.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace optledger {

struct WebhookResult {
  int status = 0;  // 0: no answer
  std::optional<Duration> retry_after = {};
  bool broken_off = false;  // by ourselves
  std::string detail;       // one line for the log, without address and URL
};

class WebhookLine {
 public:
  // `webhook` must outlive it.
  WebhookLine(const WebhookConfig& webhook, std::stop_token abandon);

  WebhookResult send(const WebhookMessage& message, Instant now);

 private:
  const WebhookConfig& webhook_;
  HttpClient http_;
};

}  // namespace optledger
