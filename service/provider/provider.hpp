// Keeps one group of receivers at the company that sends the newsletters: the product's fifth edge. A
// Provider is asked about and told about receivers; it decides nothing.
//
// What the product knows how to go on from is a value: a receiver that is not there, one that is not taken.
// What it does not is a fault of one of two kinds. Neither carries an address, a token or a secret, so both
// may be logged.
#pragma once

#include "lib/provider_sync/blacklisting.hpp"
#include "lib/provider_sync/bounce.hpp"
#include "lib/provider_sync/receiver.hpp"
#include "lib/provider_sync/upsert_outcome.hpp"
#include "service/config/config.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Time helps: an outage, too many calls, no network, an answer nobody understands. What was to be done may
// have been done; all of it can be done again.
class ProviderUnavailable : public std::runtime_error {
 public:
  explicit ProviderUnavailable(const std::string& what, std::optional<Duration> retry_after = std::nullopt)
      : std::runtime_error(what), retry_after_(retry_after) {}
  // A call before that would not even be tried.
  std::optional<Duration> retry_after() const { return retry_after_; }

 private:
  std::optional<Duration> retry_after_;
};

// Only a person helps: wrong credentials, no such group, an account without rights or over its limit.
class ProviderRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ProviderGroup {
  std::string id;
  std::string name;
  bool is_locked = false;  // waits for the provider's approval; nothing is sent to it

  bool operator==(const ProviderGroup&) const = default;
};

struct ProviderAttribute {
  std::string name;        // as receivers have it: lower case
  std::string type;        // "text", "number", …
  bool is_global = false;  // of the account, not of the group

  bool operator==(const ProviderAttribute&) const = default;
};

struct ProviderAccount {
  std::string id;
  std::string company;
  std::string login_domain;
};

// What makes a call to our hook believable.
struct ProviderHook {
  Secret call_token;  // comes with every call
  Secret secret;      // for what is encrypted in calls
};

enum class ReceiverKind { all, active, inactive, bounced };
enum class ReceiverTime { activated, deactivated, bounced };

// How it went with one receiver that is there already.
enum class ReceiverEffect {
  done,
  not_there,
  barred,  // the blacklist forbids it
};

// Used by one thread at a time. Calls that fail are tried again within the provider's own patience, so any of
// these may take minutes.
class Provider {
 public:
  virtual ~Provider() = default;

  // --- the receivers of the group; `who` is their id or their address there ---

  virtual std::optional<Receiver> receiver(std::string_view who) = 0;

  // Pages count from 0. An empty one is the end; a short one is not, since the provider may cap `size`. Pages
  // are not of one moment: a receiver may come twice, or be missed when others go meanwhile.
  virtual std::vector<Receiver> receivers(ReceiverKind kind, int page, int size) = 0;

  // Those whose time is within the span, and perhaps some a second around it. Pages as above.
  virtual std::vector<Receiver> receivers_at(ReceiverTime which, Instant from, Instant to, int page,
                                             int size) = 0;

  // One outcome for each, in this order; the addresses all differ. Can be repeated.
  virtual std::vector<UpsertOutcome> upsert(const std::vector<DesiredReceiver>& desired) = 0;

  // Brings the facts of a receiver that is there up to date and reads it back; none when it is not there.
  // Never creates anybody, and leaves them as active or inactive as they are. Can be repeated.
  virtual std::optional<Receiver> update(std::string_view who, const DesiredReceiver& desired) = 0;

  // Each can be repeated.
  virtual ReceiverEffect activate(std::string_view who) = 0;
  virtual ReceiverEffect deactivate(std::string_view who) = 0;
  virtual ReceiverEffect remove(std::string_view who) = 0;

  // --- the group and its account ---

  virtual std::optional<ProviderGroup> group() = 0;
  virtual std::vector<ProviderGroup> groups() = 0;
  // Another one of the same name may come of it: look for it first, also after a fault.
  virtual ProviderGroup create_group(const std::string& name) = 0;

  virtual std::vector<ProviderAttribute> attributes() = 0;
  // Of the group, for text. False: it is there already.
  virtual bool create_attribute(const std::string& name) = 0;

  virtual std::vector<Blacklisting> blacklist() = 0;  // of the account and of the group
  virtual std::vector<Bounce> bounces(int page) = 0;  // of the account; pages as above

  // Replaces the one there is for this group. During the call the provider asks `url` for `verify`. The error
  // is the provider's reason.
  virtual tl::expected<ProviderHook, std::string> register_hook(const std::string& url,
                                                                const std::string& verify) = 0;
  virtual bool remove_hook() = 0;  // false: there was none

  virtual void validate() = 0;  // returns when the credentials are good
  virtual ProviderAccount account() = 0;

  virtual std::int64_t calls() const = 0;  // made so far
};

}  // namespace optledger
