#include "service/flows/owe_webhooks.hpp"

namespace optledger {
namespace {

constexpr int rows_at_once = 200;
constexpr int sent_at_once = 50;
constexpr std::int64_t longest_queue = 1000;  // what is behind it waits in the ledger
constexpr Duration kept = std::chrono::days(30);

WebhookWishes wishes_of(const WebhookConfig& webhook) {
  return {webhook.events, webhook.lists, webhook.include_address};
}

bool is_told_all(const WebhookConfig& webhook, Reading& reading) {
  const auto endpoint = reading.webhook_endpoint(webhook.id);
  return endpoint && (endpoint->disabled_at || endpoint->next_leaf >= reading.ledger_size());
}

bool owe_page(const WebhookConfig& webhook, Instant now, Transaction& transaction) {
  auto endpoint = transaction.webhook_endpoint(webhook.id);
  if (!endpoint) {
    transaction.put_webhook_endpoint({webhook.id, transaction.ledger_size(), std::nullopt});
    return false;
  }
  const bool is_full = transaction.count_webhook_deliveries(webhook.id).waiting >= longest_queue;
  if (endpoint->disabled_at || is_full) return false;
  const auto rows = transaction.entry_rows(endpoint->next_leaf, rows_at_once);
  if (rows.empty()) return false;
  for (const auto& row : rows) {
    if (!row.salt || !is_wanted(row.body, wishes_of(webhook))) continue;
    transaction.put_webhook_delivery({webhook.id, row.leaf_index, 0, now, now + kept});
  }
  endpoint->next_leaf = rows.back().leaf_index + 1;
  transaction.put_webhook_endpoint(*endpoint);
  return rows.size() == rows_at_once;
}

WebhookFacts facts_of(const EntryRow& row, Reading& reading) {
  WebhookFacts facts{.leaf_index = row.leaf_index, .entry = row.entry, .record = row.body};
  const auto signup = reading.signup_of_entry(row.leaf_index, row.entry);
  if (!signup) return facts;
  facts.signup = reading.signup(*signup);
  const auto& person = facts.signup->fingerprint;
  facts.subscription = reading.subscription(person, facts.signup->list);
  if (facts.subscription) facts.rests_on = reading.signup(facts.subscription->signup);
  facts.rules = covering(reading.suppressions(person), facts.signup->list);
  return facts;
}

}  // namespace

std::optional<Instant> disabled_since(const WebhookConfig& webhook, Store& store) {
  const auto endpoint =
      read_from(store, [&](Reading& reading) { return reading.webhook_endpoint(webhook.id); });
  return endpoint ? endpoint->disabled_at : std::nullopt;
}

bool owe_webhooks(const WebhookConfig& webhook, Store& store, Clock& clock) {
  // Looked at outside the writer first: most of the time nothing has happened.
  if (read_from(store, [&](Reading& reading) { return is_told_all(webhook, reading); })) return false;
  const auto now = clock.now();
  return write_to(store, [&](Transaction& transaction) { return owe_page(webhook, now, transaction); });
}

std::vector<WebhookDelivery> due_webhooks(const WebhookConfig& webhook, Store& store, Clock& clock) {
  const auto now = clock.now();
  return read_from(
      store, [&](Reading& reading) { return reading.due_webhook_deliveries(webhook.id, now, sent_at_once); });
}

std::optional<WebhookMessage> message_for(const WebhookConfig& webhook, std::int64_t leaf_index,
                                          Store& store) {
  return read_from(store, [&](Reading& reading) -> std::optional<WebhookMessage> {
    const auto rows = reading.entry_rows(leaf_index, 1);
    if (rows.empty() || rows.front().leaf_index != leaf_index || !rows.front().salt) return std::nullopt;
    return webhook_message(webhook.id, wishes_of(webhook), facts_of(rows.front(), reading));
  });
}

void end_webhook(const WebhookDelivery& delivery, Store& store) {
  store.write([&](Transaction& transaction) {
    transaction.end_webhook_delivery(delivery.endpoint, delivery.leaf_index);
  });
}

void postpone_webhook(WebhookDelivery delivery, std::optional<Duration> wait, Store& store, Clock& clock) {
  ++delivery.attempts;
  delivery.due_at = wait ? std::optional(clock.now() + *wait) : std::nullopt;
  store.write([&](Transaction& transaction) { transaction.put_webhook_delivery(delivery); });
}

void disable_webhook(const WebhookConfig& webhook, Store& store, Clock& clock) {
  const auto now = clock.now();
  store.write([&](Transaction& transaction) {
    auto endpoint = transaction.webhook_endpoint(webhook.id);
    if (!endpoint) return;
    endpoint->disabled_at = now;
    transaction.put_webhook_endpoint(*endpoint);
  });
}

void enable_webhook(const WebhookConfig& webhook, Store& store, Clock& clock) {
  const auto now = clock.now();
  store.write([&](Transaction& transaction) {
    auto endpoint = transaction.webhook_endpoint(webhook.id);
    if (!endpoint) return;
    endpoint->disabled_at = std::nullopt;
    transaction.put_webhook_endpoint(*endpoint);
    transaction.retry_webhook_deliveries(webhook.id, now);
  });
}

}  // namespace optledger
