// Signed calls that were taken, and what is owed to whom.
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {

bool Session::knows_webhook_call(const Digest& call) {
  Run run(connection_.statement("webhook_call"));
  run.bind(call);
  return run.step();
}

void Session::apply_one(const KeepWebhookCall& change) {
  exec("insert_webhook_call", change.call, change.kept_until);
}

void Session::apply_one(const ForgetWebhookCall& change) { exec("delete_webhook_call", change.call); }

std::optional<WebhookEndpoint> Session::webhook_endpoint(std::string_view id) {
  Run run(connection_.statement("webhook_endpoint"));
  run.bind(id);
  if (!run.step()) return std::nullopt;
  return WebhookEndpoint{run.text(0), run.integer(1), run.optional_instant(2)};
}

void Session::put_webhook_endpoint(const WebhookEndpoint& endpoint) {
  exec("put_webhook_endpoint", endpoint.id, endpoint.next_leaf, endpoint.disabled_at);
}

std::vector<WebhookDelivery> Session::due_webhook_deliveries(std::string_view endpoint, Instant now,
                                                             int limit) {
  Run run(connection_.statement("due_webhook_deliveries"));
  run.bind(endpoint, now, limit);
  std::vector<WebhookDelivery> due;
  while (run.step()) {
    due.push_back({.endpoint = run.text(0),
                   .leaf_index = run.integer(1),
                   .attempts = static_cast<int>(run.integer(2)),
                   .due_at = run.optional_instant(3),
                   .kept_until = run.instant(4)});
  }
  return due;
}

WebhookCounts Session::count_webhook_deliveries(std::string_view endpoint) {
  Run run(connection_.statement("count_webhook_deliveries"));
  run.bind(endpoint);
  run.step();
  return {run.integer(0), run.integer(1)};
}

void Session::put_webhook_delivery(const WebhookDelivery& delivery) {
  exec("put_webhook_delivery", delivery.endpoint, delivery.leaf_index, delivery.attempts, delivery.due_at,
       delivery.kept_until);
}

void Session::end_webhook_delivery(std::string_view endpoint, std::int64_t leaf_index) {
  exec("delete_webhook_delivery", endpoint, leaf_index);
}

void Session::retry_webhook_deliveries(std::string_view endpoint, Instant now) {
  exec("retry_webhook_deliveries", now, endpoint);
}

void Session::apply_one(const ForgetWebhookDelivery& change) {
  exec("delete_webhook_delivery", change.endpoint, change.leaf_index);
}

void Session::add_due_webhooks(Instant now, int limit, DueForDeletion& due) {
  {
    Run run(connection_.statement("due_webhook_calls"));
    run.bind(now, limit);
    while (run.step()) due.webhook_calls.push_back(run.bytes<Digest>(0));
  }
  Run run(connection_.statement("due_webhook_delivery_ends"));
  run.bind(now, limit);
  while (run.step()) due.webhook_deliveries.push_back({run.text(0), run.integer(1)});
}

}  // namespace optledger::sqlite
