// What an answer to a webhook means, and when it is sent again (Standard Webhooks 1.0.0).
#pragma once

#include "lib/base/instant.hpp"

#include <optional>

namespace optledger {

enum class WebhookAnswer {
  taken,   // any 2xx
  gone,    // 410: the receiver wants nothing any more
  failed,  // everything else; a redirect too, since it may lead anywhere
};

WebhookAnswer webhook_answer(int status);

// After a failure that says nothing about this message but all about the receiver, the next one would fail
// too: no answer (0), 429 and 5xx.
bool is_receiver_down(int status);

// The wait after `tries` that failed; nothing: given up, after ten tries in some three days. `told` is the
// receiver's Retry-After: nobody comes back sooner. `jitter` in [0, 1) spreads what failed together.
std::optional<Duration> next_webhook_try(int tries, std::optional<Duration> told, double jitter);

}  // namespace optledger
