// CleverReach's REST API v3 as a Provider: OAuth with client credentials, everything in the one group that
// the configuration names. Addresses and tokens stay out of every text it throws.
//
// Each group has to have a Provider of its own, and each Provider has its own token, connection and breaker.
#pragma once

#include "service/provider/cleverreach_api.hpp"
#include "service/provider/provider.hpp"

namespace optledger {

class CleverReach final : public Provider {
 public:
  // A stop requested at `abandon` ends waits at once and breaks off a call within about a second.
  CleverReach(const CleverReachConfig& config, Entropy& entropy, std::stop_token abandon = {},
              const CleverReachPatience& patience = {});

  std::optional<Receiver> receiver(std::string_view who) override;
  std::vector<Receiver> receivers(ReceiverKind kind, int page, int size) override;
  std::vector<Receiver> receivers_at(ReceiverTime which, Instant from, Instant to, int page,
                                     int size) override;
  std::vector<UpsertOutcome> upsert(const std::vector<DesiredReceiver>& desired) override;
  std::optional<Receiver> update(std::string_view who, const DesiredReceiver& desired) override;
  ReceiverEffect activate(std::string_view who) override;
  ReceiverEffect deactivate(std::string_view who) override;
  ReceiverEffect remove(std::string_view who) override;

  std::optional<ProviderGroup> group() override;
  std::vector<ProviderGroup> groups() override;
  ProviderGroup create_group(const std::string& name) override;
  std::vector<ProviderAttribute> attributes() override;
  bool create_attribute(const std::string& name) override;
  std::vector<Blacklisting> blacklist() override;
  std::vector<Bounce> bounces(int page) override;
  tl::expected<ProviderHook, std::string> register_hook(const std::string& url,
                                                        const std::string& verify) override;
  bool remove_hook() override;
  void validate() override;
  ProviderAccount account() override;
  std::int64_t calls() const override { return api_.calls(); }

 private:
  class Batch;  // an upsert that is under way

  std::string in_group(const std::string& rest) const;
  std::string path_of(std::string_view who) const;
  cleverreach::Answer change(const cleverreach::Call& call);
  bool says_not_there(const cleverreach::Answer& answer);
  bool is_barred(std::string_view who);

  CleverReachConfig config_;
  cleverreach::Api api_;
  std::size_t largest_batch_;  // halved when a call is found too large
};

}  // namespace optledger
