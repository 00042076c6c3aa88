#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/flows/owe_webhooks.hpp"

#include <fmt/format.h>

namespace optledger::cli {

int webhook_list(const Config& config, const WebhookOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  Json list = Json::array();
  for (const auto& webhook : config.webhooks) {
    const auto owed = read_from(
        *state.store, [&](Reading& reading) { return reading.count_webhook_deliveries(webhook.id); });
    const auto disabled = disabled_since(webhook, *state.store);
    list.push_back({{"id", webhook.id},
                    {"events", webhook.events},
                    {"waiting", owed.waiting},
                    {"given_up", owed.given_up},
                    {"disabled_at", or_null(disabled)}});
    if (!options.json) {
      fmt::print("{:<24} {} waiting, {} given up{}\n", webhook.id, owed.waiting, owed.given_up,
                 disabled ? ", disabled " + to_rfc3339(*disabled) : "");
    }
  }
  if (options.json) fmt::print("{}\n", list.dump());
  return done;
}

int webhook_enable(const Config& config, const WebhookOptions& options) {
  const auto* webhook = config.webhook(options.id);
  if (webhook == nullptr) throw Failure(wrong_use, "there is no [[webhook]] of this id in the configuration");
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  enable_webhook(*webhook, *state.store, clock);
  return done;
}

}  // namespace optledger::cli
