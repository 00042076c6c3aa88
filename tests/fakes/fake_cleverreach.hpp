// CleverReach in memory, by the rules that its clients know of: what a call does to a receiver, what people
// do to theirs between two calls, and calls that fail before, after or in the midst of it.
#pragma once

#include "service/provider/provider.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>

namespace optledger {

enum class ProviderFault { none, before, midway, after, refused };

class FakeCleverReach final : public Provider {
 public:
  explicit FakeCleverReach(ManualClock& clock) : clock_(clock) {}

  // Told of who became active by a call of ours, was sent by one, was read singly.
  std::function<void(const std::string& email)> on_activated = [](const auto&) {};
  std::function<void(const std::string& email)> on_deactivated = [](const auto&) {};
  std::function<void(const std::string& email)> on_sent = [](const auto&) {};
  std::function<void(const std::string& email)> on_read = [](const auto&) {};
  std::function<void()> between = [] {};                                      // any two calls
  std::function<ProviderFault()> fault = [] { return ProviderFault::none; };  // of the next call

  bool refuses_return = false;  // of those who left by their own hand
  bool auto_blacklist = false;  // whoever unsubscribes is deleted and put on the blacklist

  // --- what people do there; false: there is nobody to do it ---

  bool unsubscribe(const std::string& email) {
    auto* one = find(email);
    if (!one) return false;
    one->left_in_person = now();
    if (!one->deactivated) one->deactivated = now();
    if (auto_blacklist) bar(email);
    return true;
  }
  bool bounce(const std::string& email) {
    auto* one = find(email);
    if (one) one->bounced = now();
    return one != nullptr;
  }
  bool pause(const std::string& email) {  // an operator: activated = 0
    auto* one = find(email);
    if (one) one->activated.reset();
    return one != nullptr;
  }
  bool resubscribe(const std::string& email) {
    auto* one = find(email);
    if (!one) return false;
    one->activated = now();
    one->deactivated.reset();
    return true;
  }
  bool drop(const std::string& email) { return people_.erase(key(email)) > 0; }
  void bar(const std::string& email) {
    drop(email);
    barred_.insert(key(email));
  }

  bool has(const std::string& email) const { return people_.contains(key(email)); }
  bool is_barred(const std::string& email) const { return barred_.contains(key(email)); }
  const Receiver* look(const std::string& email) const {
    const auto found = people_.find(key(email));
    return found == people_.end() ? nullptr : &found->second;
  }
  bool is_active(const std::string& email) const {
    const auto* one = look(email);
    return one && one->activated && !one->deactivated;
  }

  // --- Provider ---

  std::optional<Receiver> receiver(std::string_view who) override {
    return call<std::optional<Receiver>>([&]() -> std::optional<Receiver> {
      const auto* one = find(who);
      on_read(one ? one->email : std::string(who));
      return one ? std::optional(told(*one, true)) : std::nullopt;
    });
  }
  std::vector<Receiver> receivers(ReceiverKind, int page, int) override {
    return call<std::vector<Receiver>>(
        [&] { return page == 0 ? all([](const auto&) { return true; }) : none(); });
  }
  std::vector<Receiver> receivers_at(ReceiverTime which, Instant from, Instant to, int page, int) override {
    return call<std::vector<Receiver>>([&] {
      if (page > 0) return none();
      return all([&](const Receiver& one) {
        const auto& at = which == ReceiverTime::activated ? one.activated
                         : which == ReceiverTime::bounced ? one.bounced
                                                          : one.deactivated;
        return at && *at >= from && *at <= to;
      });
    });
  }
  std::vector<UpsertOutcome> upsert(const std::vector<DesiredReceiver>& desired) override {
    for (const auto& one : desired) on_sent(one.email.text());
    return call<std::vector<UpsertOutcome>>([&] {
      std::vector<UpsertOutcome> outcomes;
      for (const auto& one : desired) {
        if (is_midway_ && outcomes.size() >= (desired.size() + 1) / 2) break;
        outcomes.push_back(upsert_one(one));
      }
      return outcomes;
    });
  }
  std::optional<Receiver> update(std::string_view who, const DesiredReceiver& desired) override {
    on_sent(desired.email.text());
    return call<std::optional<Receiver>>([&]() -> std::optional<Receiver> {
      auto* one = find(who);
      if (!one) return std::nullopt;
      put_facts(*one, desired);
      return told(*one, false);
    });
  }
  ReceiverEffect activate(std::string_view) override { throw std::logic_error("nobody activates"); }
  ReceiverEffect deactivate(std::string_view who) override {
    return call<ReceiverEffect>([&] {
      auto* one = find(who);
      if (!one) return ReceiverEffect::not_there;
      if (!one->deactivated) {
        one->deactivated = now();
        on_deactivated(one->email);
      }
      return ReceiverEffect::done;
    });
  }
  ReceiverEffect remove(std::string_view who) override {
    return call<ReceiverEffect>([&] {
      auto* one = find(who);
      if (!one) return ReceiverEffect::not_there;
      drop(one->email);
      return ReceiverEffect::done;
    });
  }
  std::vector<ProviderAttribute> attributes() override {
    return call<std::vector<ProviderAttribute>>([&] { return attributes_; });
  }
  bool create_attribute(const std::string& name) override {
    return call<bool>([&] {
      attributes_.push_back({name, "text", false});
      return true;
    });
  }
  std::vector<Blacklisting> blacklist() override {
    return call<std::vector<Blacklisting>>([&] {
      std::vector<Blacklisting> rows;
      for (const auto& email : barred_) rows.push_back({email, "", std::nullopt});
      return rows;
    });
  }
  std::optional<ProviderGroup> group() override { return std::nullopt; }
  std::vector<ProviderGroup> groups() override { return {}; }
  ProviderGroup create_group(const std::string&) override { return {}; }
  std::vector<Bounce> bounces(int) override { return {}; }
  tl::expected<ProviderHook, std::string> register_hook(const std::string&, const std::string&) override {
    return tl::unexpected(std::string("no hooks"));
  }
  bool remove_hook() override { return false; }
  void validate() override {}
  ProviderAccount account() override { return {}; }
  std::int64_t calls() const override { return calls_; }

 private:
  static std::string key(std::string_view text) {
    std::string lower(text);
    for (auto& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
  }
  Instant now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }
  static std::vector<Receiver> none() { return {}; }

  template <typename Answer, typename Do>
  Answer call(Do&& act) {
    ++calls_;
    between();
    const auto failing = fault();
    if (failing == ProviderFault::before) throw ProviderUnavailable("no answer");
    if (failing == ProviderFault::refused) throw ProviderRefused("403");
    is_midway_ = failing == ProviderFault::midway;
    Answer answer = act();
    is_midway_ = false;
    if (failing != ProviderFault::none) throw ProviderUnavailable("the answer is lost");
    between();
    return answer;
  }

  Receiver* find(std::string_view who) {
    const auto found = people_.find(key(who));
    if (found != people_.end()) return &found->second;
    for (auto& [email, one] : people_) {
      if (one.id == who) return &one;
    }
    return nullptr;
  }
  static Receiver told(Receiver one, bool singly) {
    one.active = one.activated && !one.deactivated;
    if (!singly) one.left_in_person.reset();
    return one;
  }
  template <typename Which>
  std::vector<Receiver> all(Which&& which) const {
    std::vector<Receiver> rows;
    for (const auto& [email, one] : people_) {
      if (which(one)) rows.push_back(told(one, false));
    }
    return rows;
  }
  static void put_facts(Receiver& one, const DesiredReceiver& desired) {
    for (const auto& [name, value] : desired.attributes) one.attributes[name] = value;
    one.source = desired.source;
  }
  UpsertOutcome upsert_one(const DesiredReceiver& desired) {
    using Kind = UpsertOutcome::Kind;
    const auto& email = desired.email.text();
    if (is_barred(email)) return {Kind::refused, "", std::nullopt, "blacklisted address"};
    const bool was_active = is_active(email);
    auto& one = people_[key(email)];
    if (one.id.empty()) {
      one.id = std::to_string(++last_id_);
      one.email = email;
    }
    one.registered = std::chrono::floor<std::chrono::seconds>(desired.registered);
    one.activated = std::chrono::floor<std::chrono::seconds>(desired.activated);
    if (desired.reactivates && !(refuses_return && one.left_in_person)) one.deactivated.reset();
    put_facts(one, desired);
    if (!was_active && is_active(email)) on_activated(email);
    return {Kind::done, one.id, told(one, false), ""};
  }

  ManualClock& clock_;
  std::map<std::string, Receiver> people_;  // by their address in lower case
  std::set<std::string> barred_;
  std::vector<ProviderAttribute> attributes_;
  bool is_midway_ = false;
  int last_id_ = 100;
  std::int64_t calls_ = 0;
};

}  // namespace optledger
