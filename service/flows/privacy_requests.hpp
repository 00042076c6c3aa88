// The officer's list of what people asked for by law, with due dates (Art. 12(3) GDPR): what came by the
// page, and what came by post or telephone and is entered by hand.
#pragma once

#include "lib/privacy/privacy_request.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

enum class RequestsShown { open, all };

std::vector<PrivacyRequest> list_privacy_requests(RequestsShown shown, Store& store);

struct ReceivedRequest {
  EmailAddress address;
  PrivacyRight right;
  std::optional<Instant> received_at;  // when not now; never ahead
};

PrivacyRequest enter_privacy_request(const ReceivedRequest& received, const FingerprintKey& key, Store& store,
                                     Clock& clock, Entropy& entropy);

enum class Closed { yes, unknown, ambiguous };

// `id`: the beginning of a request's id in hex, as far as it is unique among the open ones.
Closed close_privacy_request(std::string_view id, const std::string& reason, const std::string& operator_name,
                             Store& store, Clock& clock);

}  // namespace optledger
