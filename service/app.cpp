#include "service/app.hpp"

#include "service/config/service_manager.hpp"
#include "service/ops/log.hpp"

#include <algorithm>

namespace optledger {
namespace {

http::AddressBlocks trusted_proxies(const ServerConfig& server) {
  return http::AddressBlocks::parse(server.trusted_proxies).value();  // checked by the configuration
}

http::FrontSettings front_settings(const ServerConfig& server, Clock& clock) {
  http::FrontSettings settings;
  settings.listeners.push_back({.host = server.listen.host, .port = server.listen.port, .metrics = false});
  if (server.metrics_listen) {
    settings.listeners.push_back(
        {.host = server.metrics_listen->host, .port = server.metrics_listen->port, .metrics = true});
  }
  for (const auto& socket : take_inherited_sockets())
    settings.inherited.push_back({socket.number, socket.name == "metrics"});
  settings.trusted_proxies = trusted_proxies(server);
  settings.limits.workers = static_cast<std::size_t>(server.workers);
  settings.limits.connections = static_cast<std::size_t>(server.connections);
  settings.limits.connections_per_address = static_cast<std::size_t>(server.connections_per_address);
  settings.now = [&clock] { return clock.now(); };
  settings.on_fault = [](std::string_view what) {
    log_event(LogLevel::error, "request_failed", {{"detail", what}});
  };
  return settings;
}

std::unique_ptr<AccessLog> make_access_log(const Config& config) {
  if (!config.server.access_log) return nullptr;
  return std::make_unique<AccessLog>(*config.server.access_log, config.retention.access_log);
}

http::Site site_of(const Config& config) {
  const auto& url = config.server.public_url;
  const auto path = url.find('/', url.find("://") + 3);
  return {config.controller.name, config.controller.imprint_url, config.controller.privacy_url,
          path == std::string::npos ? std::string() : url.substr(path)};
}

std::string url_of(const http::ListenAt& at) { return "http://" + http::to_text(at); }

Elapsed elapsed() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

App::App(Config config, Clock& clock, Entropy& entropy)
    : clock_(clock),
      entropy_(entropy),
      only_one_(config.storage.path),
      state_(open_state(config, clock, entropy, NewTokenKeys::take_up)),
      front_(front_settings(config.server, clock),
             [this](http::Request&& request) { return router_.answer(request); }),
      config_(bound(std::move(config))),
      access_log_(make_access_log(config_)),
      templates_(config_.server.templates),
      pages_(templates_, site_of(config_)),
      texts_(keep_texts(
          config_, {"de", "en"},
          [this](const std::string& letter, const std::string& language) {
            return templates_.text("letters/" + letter + "." + language + ".mustache");
          },
          *state_.store, clock)),
      trusted_proxies_(trusted_proxies(config_.server)),
      limits_(config_.limits),
      letter_limits_({limits_, trusted_proxies_, metrics_, pages_, elapsed}),
      challenges_({limits_, stamp_key(state_.keys.token.signing().master), clock, entropy, elapsed}),
      parts_{config_, texts_,   state_.keys,   *state_.store, clock,          entropy,
             pages_,  metrics_, state_.ledger, limits_,       letter_limits_, challenges_},
      signup_routes_(parts_),
      confirm_routes_(parts_),
      unsubscribe_routes_(parts_),
      privacy_routes_(parts_),
      operator_routes_(parts_),
      permission_routes_(parts_),
      proof_routes_(parts_),
      provider_hook_routes_(parts_),
      ledger_routes_(state_.ledger.mirror, state_.ledger.vkey()),
      health_routes_(parts_, [this] { return health_.trouble(); }),
      router_({pages_, trusted_proxies_, metrics_, access_log_.get(), clock,
               config_.server.public_url.starts_with("https://")}),
      departures_({*state_.departures, *state_.store, clock, config_.retention.max_clock_jump, health_}),
      ledger_({state_.ledger, *state_.store, clock, metrics_, health_}),
      anchors_({config_, state_.ledger, *state_.store, clock, entropy, metrics_, health_,
                templates_.text("letters/checkpoint.mustache")}),
      retention_({*state_.store, clock, entropy, config_.retention, access_log_.get(), metrics_, health_}) {
  signup_routes_.add_to(router_);
  confirm_routes_.add_to(router_);
  unsubscribe_routes_.add_to(router_);
  privacy_routes_.add_to(router_);
  operator_routes_.add_to(router_);
  permission_routes_.add_to(router_);
  proof_routes_.add_to(router_);
  provider_hook_routes_.add_to(router_);
  ledger_routes_.add_to(router_);
  health_routes_.add_to(router_);
  watch_front();
  if (!config_.webhooks.empty()) watch_webhooks(config_.webhooks, *state_.store, metrics_);
  // The lock says that whoever held a lease is gone.
  state_.store->write([](Transaction& transaction) { transaction.release_letter_leases(); });
  retention_.catch_up();
}

App::~App() {
  // The routes are gone before the front is, so nobody may be on them any more.
  drain(std::chrono::milliseconds(0));
}

void App::watch_front() {
  const auto& counters = front_.counters();
  metrics_.watch("optledger_open_connections", "connections held by clients",
                 [&counters] { return static_cast<double>(counters.open_connections); });
  metrics_.watch("optledger_queued_requests", "complete requests waiting for a worker",
                 [&counters] { return static_cast<double>(counters.queued_requests); });
  metrics_.watch("optledger_refused_requests", "requests refused before any route saw them", [&counters] {
    double sum = 0;
    for (const auto& refused : counters.refused) sum += static_cast<double>(refused);
    return sum;
  });
}

Config App::bound(Config config) const {
  config.server.listen.port = front_.bound().front().port;
  if (config.server.public_url.empty()) config.server.public_url = url();
  return config;
}

std::string App::url() const { return url_of(front_.bound().front()); }

void App::take_over(const Config& config) { limits_.replace(config.limits); }

void App::start() {
  departures_.start();
  ledger_.start();
  anchors_.start();
  retention_.start();
  for (int number = 1; number <= config_.mail.connections; ++number) {
    letter_workers_.push_back(std::make_unique<LetterWorker>(
        LetterWorker::Parts{config_, state_.keys, *state_.store, clock_, entropy_, metrics_, health_},
        number));
  }
  for (const auto& list : config_.lists) {
    if (!list.cleverreach) continue;
    sync_workers_.push_back(std::make_unique<SyncWorker>(
        SyncWorker::Parts{config_, list, state_.keys, *state_.store, clock_, entropy_, metrics_, health_}));
  }
  for (const auto& webhook : config_.webhooks) {
    webhook_workers_.push_back(std::make_unique<WebhookWorker>(
        WebhookWorker::Parts{webhook, *state_.store, clock_, entropy_, metrics_, health_}));
    webhook_workers_.back()->start();
  }
  front_.start();
}

void App::drain(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const auto left = [&] {
    return std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
  };
  for (const auto& worker : letter_workers_) worker->request_stop();
  for (const auto& worker : sync_workers_) worker->request_stop();
  for (const auto& worker : webhook_workers_) worker->request_stop();
  front_.stop_accepting();
  const bool all_answered = front_.drain(patience);
  if (!all_answered) log_event(LogLevel::warning, "drain_cut_short");
  for (const auto& worker : letter_workers_) worker->await_end(std::max(left(), Duration::zero()));
  letter_workers_.clear();
  sync_workers_.clear();
  webhook_workers_.clear();
  anchors_.stop();
  ledger_.stop();  // after all others, so that nothing of theirs waits for the next start
}

}  // namespace optledger
