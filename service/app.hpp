// The composition root: its member list is the wiring, top to bottom. Tests build the same App.
#pragma once

#include "service/cli/state.hpp"
#include "service/http/confirm_routes.hpp"
#include "service/http/front.hpp"
#include "service/http/health_routes.hpp"
#include "service/http/ledger_routes.hpp"
#include "service/http/operator_routes.hpp"
#include "service/http/permission_routes.hpp"
#include "service/http/privacy_routes.hpp"
#include "service/http/proof_routes.hpp"
#include "service/http/provider_hook_routes.hpp"
#include "service/http/signup_routes.hpp"
#include "service/http/unsubscribe_routes.hpp"
#include "service/ops/health.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "service/workers/anchor_worker.hpp"
#include "service/workers/departure_worker.hpp"
#include "service/workers/ledger_worker.hpp"
#include "service/workers/letter_worker.hpp"
#include "service/workers/retention_worker.hpp"
#include "service/workers/sync_worker.hpp"
#include "service/workers/webhook_worker.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

class App {
 public:
  // Everything that can be wrong is found here: database, keys, port, templates. Does what is due before
  // serving.
  App(Config config, Clock& clock, Entropy& entropy);
  ~App();

  void start();

  // Finishes requests in flight and letters being sent, at most `patience` (a steady time) in all; then
  // stops.
  void drain(std::chrono::milliseconds patience);

  // Takes over what of the settings may change while the service runs: `[limits]`. Any thread.
  void take_over(const Config& config);

  // "http://127.0.0.1:8080", with the real port.
  std::string url() const;
  const Config& config() const { return config_; }

 private:
  Config bound(Config config) const;
  void watch_front();

  Clock& clock_;
  Entropy& entropy_;
  ServeLock only_one_;
  State state_;
  http::Front front_;
  const Config config_;
  Health health_;
  Metrics metrics_;
  std::unique_ptr<AccessLog> access_log_;
  http::Templates templates_;
  http::Pages pages_;
  Texts texts_;
  http::AddressBlocks trusted_proxies_;
  LiveLimits limits_;
  http::LetterLimits letter_limits_;
  http::Challenges challenges_;
  http::RouteParts parts_;
  http::SignupRoutes signup_routes_;
  http::ConfirmRoutes confirm_routes_;
  http::UnsubscribeRoutes unsubscribe_routes_;
  http::PrivacyRoutes privacy_routes_;
  http::OperatorRoutes operator_routes_;
  http::PermissionRoutes permission_routes_;
  http::ProofRoutes proof_routes_;
  http::ProviderHookRoutes provider_hook_routes_;
  http::LedgerRoutes ledger_routes_;
  http::HealthRoutes health_routes_;
  http::Router router_;
  DepartureWorker departures_;
  LedgerWorker ledger_;
  AnchorWorker anchors_;
  RetentionWorker retention_;
  std::vector<std::unique_ptr<LetterWorker>> letter_workers_;
  std::vector<std::unique_ptr<SyncWorker>> sync_workers_;
  std::vector<std::unique_ptr<WebhookWorker>> webhook_workers_;
};

}  // namespace optledger
