// Who sent a webhook, and that nobody changed it: Standard Webhooks 1.0.0, signatures of the kind v1
// (HMAC-SHA-256 over "id.timestamp.body"). Several secrets hold at once, so that one can be changed without
// a pause: what is sent carries a signature by each, what is received needs one by any.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/webhook/webhook_secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// The three headers, as they came or as they are sent.
struct WebhookHeaders {
  std::string id;         // webhook-id
  std::string timestamp;  // webhook-timestamp: seconds since 1970
  std::string signature;  // webhook-signature: "v1,BASE64 v1,BASE64"
};

WebhookHeaders sign_webhook(const std::vector<WebhookSecret>& secrets, const std::string& id, Instant at,
                            std::string_view body);

enum class WebhookDoubt {
  malformed,        // a header is missing, or not what the standard says
  wrong_signature,  // by none of the secrets
  untimely,         // signed well, but the timestamp is more than five minutes away from now
};

// Nothing: it is genuine. A message that was signed long ago is told from one that was never signed, so
// that a sender with a wrong clock learns it; who does not have the secret learns nothing.
std::optional<WebhookDoubt> doubt_about(const WebhookHeaders& headers, std::string_view body,
                                        const std::vector<WebhookSecret>& secrets, Instant now);

}  // namespace optledger
