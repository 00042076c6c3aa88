// What endpoints are owed: the ledger is read on from where each of them was told last, and what it wants to
// hear is put down by its place. What a message says is read when it is sent.
#pragma once

#include "lib/webhook/webhook_message.hpp"
#include "service/config/config.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace optledger {

// Nothing is sent to an endpoint that has been gone since.
std::optional<Instant> disabled_since(const WebhookConfig& webhook, Store& store);

// Puts down what has happened since, a page of it; an endpoint seen for the first time hears of what happens
// from now on. True: there is more. A queue that is full is left to get shorter first.
bool owe_webhooks(const WebhookConfig& webhook, Store& store, Clock& clock);

std::vector<WebhookDelivery> due_webhooks(const WebhookConfig& webhook, Store& store, Clock& clock);

// Nothing: the record is gone, or is not to be told any more.
std::optional<WebhookMessage> message_for(const WebhookConfig& webhook, std::int64_t leaf_index,
                                          Store& store);

void end_webhook(const WebhookDelivery& delivery, Store& store);

// `wait`: until the next try; none: it is given up.
void postpone_webhook(WebhookDelivery delivery, std::optional<Duration> wait, Store& store, Clock& clock);

void disable_webhook(const WebhookConfig& webhook, Store& store, Clock& clock);

// An operator says that the endpoint is there again: all that it is owed is sent, what was given up too.
void enable_webhook(const WebhookConfig& webhook, Store& store, Clock& clock);

}  // namespace optledger
