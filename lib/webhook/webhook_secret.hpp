// The secret that sender and receiver of a webhook share (Standard Webhooks 1.0.0): "whsec_" and 24 to 64
// octets in base64. It does not print, and is wiped when it goes.
#pragma once

#include "lib/base/bytes.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

class WebhookSecret {
 public:
  // The error is one sentence that does not repeat the text.
  static tl::expected<WebhookSecret, std::string> parse(std::string_view text);

  WebhookSecret(const WebhookSecret&) = default;
  WebhookSecret& operator=(WebhookSecret other) {
    key_.swap(other.key_);
    return *this;
  }
  ~WebhookSecret();

  Digest authenticate(std::string_view message) const;  // HMAC-SHA-256

 private:
  explicit WebhookSecret(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace optledger
