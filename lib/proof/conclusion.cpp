#include "lib/proof/conclusion.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace optledger {
namespace {

bool decides_state(std::string_view kind) {
  constexpr std::array<std::string_view, 5> kinds = {"confirmed", "unsubscribed", "blocked", "unblocked",
                                                     "erased"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool withdraws(std::string_view kind) { return kind == "unsubscribed" || kind == "blocked"; }

// A consent that stands is held without an end.
Json held_until(const Json& withdrawn_at, const ProofWindow& window) {
  if (withdrawn_at.is_null()) return nullptr;
  return to_rfc3339(end_of(window, parse_rfc3339(withdrawn_at.get_ref<const std::string&>()).value()));
}

}  // namespace

Json conclude(const std::vector<Json>& records, const ProofWindow& window) {
  Json state = "pending";
  Json given_at;
  Json withdrawn_at;
  for (const auto& record : records) {
    const auto& kind = record.at("kind").get_ref<const std::string&>();
    if (decides_state(kind)) state = kind;
    if (kind == "confirmed") {
      given_at = record.at("at");
      withdrawn_at = nullptr;
    } else if (withdraws(kind) && !given_at.is_null() && withdrawn_at.is_null()) {
      withdrawn_at = record.at("at");
    }
  }
  return {{"state", state},
          {"consent_given_at", given_at},
          {"consent_withdrawn_at", withdrawn_at},
          {"held_until", held_until(withdrawn_at, window)}};
}

}  // namespace optledger
