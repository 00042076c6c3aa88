#include "service/flows/privacy_requests.hpp"

#include "lib/consent/proof_window.hpp"

namespace optledger {

std::vector<PrivacyRequest> list_privacy_requests(RequestsShown shown, Store& store) {
  return read_from(store, [&](Reading& reading) {
    return shown == RequestsShown::open ? reading.open_privacy_requests() : reading.all_privacy_requests();
  });
}

PrivacyRequest enter_privacy_request(const ReceivedRequest& received, const FingerprintKey& key, Store& store,
                                     Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto received_at = received.received_at.value_or(now);
  PrivacyRequest request{.id = fresh_id(now, entropy),
                         .right = received.right,
                         .person = fingerprint_of(received.address, key),
                         .address = received.address,
                         .locale = "en",
                         .letter = std::nullopt,
                         .received_at = received_at,
                         .due_at = answer_due(received_at)};
  store.write([&](Transaction& transaction) { transaction.apply({InsertPrivacyRequest{request}}); });
  return request;
}

Closed close_privacy_request(std::string_view id, const std::string& reason, const std::string& operator_name,
                             Store& store, Clock& clock) {
  const auto now = clock.now();
  return write_to(store, [&](Transaction& transaction) {
    std::vector<PrivacyRequest> meant;
    for (auto& request : transaction.open_privacy_requests()) {
      if (!id.empty() && to_hex(request.id).starts_with(id)) meant.push_back(std::move(request));
    }
    if (meant.empty()) return Closed::unknown;
    if (meant.size() > 1) return Closed::ambiguous;
    const auto& request = meant.front();
    transaction.keep_act({now, "close_request", operator_name, reason, std::nullopt, end_of({}, now)},
                         request.person);
    transaction.apply({ClosePrivacyRequest{request.id, {now, RequestOutcome::closed, end_of({}, now)}},
                       ForgetPrivacyAddress{request.id}});
    return Closed::yes;
  });
}

}  // namespace optledger
