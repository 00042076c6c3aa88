#include "service/flows/read_subscribers.hpp"

#include "lib/subscription/in_force.hpp"

namespace optledger {
namespace {

std::optional<Subscriber> subscriber_of(const Subscription& subscription, Reading& reading) {
  const auto rests_on = reading.signup(subscription.signup);
  const auto rules = covering(reading.suppressions(subscription.fingerprint), subscription.list);
  if (!may_be_mailed(subscription, rests_on, rules)) return std::nullopt;
  return Subscriber{rests_on->address.value(), rests_on->name, rests_on->basis, subscription};
}

}  // namespace

SubscriberPage read_subscribers(const std::optional<Subscription>& last, int limit,
                                const std::optional<std::string>& list, Store& store) {
  return read_from(store, [&](Reading& reading) {
    const auto subscriptions = reading.subscriptions_in_force(last, limit);
    SubscriberPage page;
    for (const auto& subscription : subscriptions) {
      if (list && subscription.list != *list) continue;
      if (auto subscriber = subscriber_of(subscription, reading)) {
        page.subscribers.push_back(std::move(*subscriber));
      }
    }
    if (!subscriptions.empty()) page.last = subscriptions.back();
    return page;
  });
}

}  // namespace optledger
