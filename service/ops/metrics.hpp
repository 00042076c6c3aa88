// Counters for monitors, in Prometheus' text form. No label ever says anything about a person.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace optledger {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;

  void request(const std::string& route, int status);  // optledger_http_requests_total{route,status}
  void signup(const std::string& outcome);             // optledger_signups_total{outcome}
  void limited(const std::string& limit);              // optledger_limited_requests_total{limit}
  void confirm_link_opened(const std::string& state);  // optledger_confirm_links_opened_total{state}
  void confirmation(const std::string& result);        // optledger_confirmations_total{result}
  void letter(const std::string& outcome);             // optledger_letters_total{outcome}
  void unsubscription(const std::string& method);      // optledger_unsubscriptions_total{method}
  void privacy_request(const std::string& what);       // optledger_privacy_requests_total{what}
  void provider_hook(const std::string& result);       // optledger_provider_hooks_total{result}
  void provider_changes(const std::string& what,
                        std::int64_t count);                    // optledger_provider_changes_total{what}
  void forgotten(const std::string& what, std::int64_t count);  // optledger_forgotten_total{what}
  void look_up(const std::string& result);                      // optledger_proof_look_ups_total{result}

  void anchor(const std::string& name,
              const std::string& result);  // optledger_ledger_anchors_total{anchor,result}

  // optledger_webhooks_total{webhook,result}
  void webhook(const std::string& id, const std::string& result);

  // A gauge whose value is asked for when somebody looks.
  void watch(const std::string& name, const std::string& help, std::function<double()> value);

  std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace optledger
