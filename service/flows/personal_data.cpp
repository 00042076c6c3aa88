#include "service/flows/personal_data.hpp"

#include "service/flows/look_up_proof.hpp"

#include <algorithm>

namespace optledger {
namespace {

// As the person last gave or corrected it.
std::optional<std::string> latest_name(const std::vector<Signup>& signups) {
  const auto found = std::find_if(signups.rbegin(), signups.rend(),
                                  [](const Signup& signup) { return signup.address.has_value(); });
  return found == signups.rend() ? std::nullopt : found->name;
}

}  // namespace

PersonalData read_personal_data(const PrivacyRequest& link, const Config& config, Store& store,
                                Clock& clock) {
  const auto now = clock.now();
  const auto& person = link.person;
  return read_from(store, [&](Reading& reading) {
    PersonalData data{.address = link.address.value(), .read_at = now};
    for (const auto& list : reading.lists_of(person)) {
      PersonOnList one{.list = list,
                       .name = latest_name(reading.signups(person, list)),
                       .subscription = reading.subscription(person, list),
                       .evidence = evidence_about(data.address, person, list, config, now, reading)};
      if (one.subscription) one.basis = reading.signup(one.subscription->signup).value().basis;
      data.lists.push_back(std::move(one));
    }
    data.suppressions = reading.suppressions(person);
    for (const auto& receipt : reading.erasure_receipts(person)) {
      data.erasures.push_back({receipt, declaration_of(receipt, reading)});
    }
    data.acts = reading.acts_about(person);
    data.requests = reading.privacy_requests(person);
    return data;
  });
}

}  // namespace optledger
