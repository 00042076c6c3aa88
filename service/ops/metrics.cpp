#include "service/ops/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <vector>

namespace optledger {

using CounterFamily = prometheus::Family<prometheus::Counter>;

struct Metrics::Families {
  prometheus::Registry registry;
  CounterFamily& requests = counter("optledger_http_requests_total", "answers by route and status");
  CounterFamily& signups = counter("optledger_signups_total", "sign-ups by what became of them");
  CounterFamily& limited =
      counter("optledger_limited_requests_total", "requests for a letter refused by a limit");
  CounterFamily& links = counter("optledger_confirm_links_opened_total", "GETs of confirm links by state");
  CounterFamily& confirmations = counter("optledger_confirmations_total", "POSTs of confirm links by result");
  CounterFamily& letters = counter("optledger_letters_total", "tries to deliver a letter by outcome");
  CounterFamily& unsubscriptions = counter("optledger_unsubscriptions_total", "unsubscriptions by method");
  CounterFamily& privacy_requests =
      counter("optledger_privacy_requests_total", "what persons asked for and did with their link");
  CounterFamily& provider_hooks = counter("optledger_provider_hooks_total", "calls of our hook by result");
  CounterFamily& provider_changes =
      counter("optledger_provider_changes_total", "receivers changed at CleverReach, or found changed there");
  CounterFamily& forgotten = counter("optledger_forgotten_total", "what the retention deleted, by kind");
  CounterFamily& look_ups = counter("optledger_proof_look_ups_total", "look-ups of proofs by result");
  CounterFamily& anchors =
      counter("optledger_ledger_anchors_total", "tries to anchor a checkpoint outside, by anchor and result");
  CounterFamily& webhooks =
      counter("optledger_webhooks_total", "tries to tell an endpoint what happened, by result");

  struct Watched {
    prometheus::Gauge& gauge;
    std::function<double()> value;
  };
  std::mutex mutex;
  std::vector<Watched> watched;

  CounterFamily& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::request(const std::string& route, int status) {
  families_->requests.Add({{"route", route}, {"status", std::to_string(status)}}).Increment();
}
void Metrics::signup(const std::string& outcome) {
  families_->signups.Add({{"outcome", outcome}}).Increment();
}
void Metrics::limited(const std::string& limit) { families_->limited.Add({{"limit", limit}}).Increment(); }
void Metrics::confirm_link_opened(const std::string& state) {
  families_->links.Add({{"state", state}}).Increment();
}
void Metrics::confirmation(const std::string& result) {
  families_->confirmations.Add({{"result", result}}).Increment();
}
void Metrics::letter(const std::string& outcome) {
  families_->letters.Add({{"outcome", outcome}}).Increment();
}
void Metrics::unsubscription(const std::string& method) {
  families_->unsubscriptions.Add({{"method", method}}).Increment();
}
void Metrics::privacy_request(const std::string& what) {
  families_->privacy_requests.Add({{"what", what}}).Increment();
}
void Metrics::provider_hook(const std::string& result) {
  families_->provider_hooks.Add({{"result", result}}).Increment();
}
void Metrics::provider_changes(const std::string& what, std::int64_t count) {
  families_->provider_changes.Add({{"what", what}}).Increment(static_cast<double>(count));
}
void Metrics::forgotten(const std::string& what, std::int64_t count) {
  families_->forgotten.Add({{"what", what}}).Increment(static_cast<double>(count));
}
void Metrics::look_up(const std::string& result) {
  families_->look_ups.Add({{"result", result}}).Increment();
}
void Metrics::anchor(const std::string& name, const std::string& result) {
  families_->anchors.Add({{"anchor", name}, {"result", result}}).Increment();
}

void Metrics::webhook(const std::string& id, const std::string& result) {
  families_->webhooks.Add({{"webhook", id}, {"result", result}}).Increment();
}

void Metrics::watch(const std::string& name, const std::string& help, std::function<double()> value) {
  const std::lock_guard lock(families_->mutex);
  auto& gauge = prometheus::BuildGauge().Name(name).Help(help).Register(families_->registry).Add({});
  families_->watched.push_back({gauge, std::move(value)});
}

std::string Metrics::text() const {
  const std::lock_guard lock(families_->mutex);
  for (const auto& [gauge, value] : families_->watched) gauge.Set(value());
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace optledger
