#include "lib/privacy/privacy_request.hpp"

#include <algorithm>
#include <array>

namespace optledger {
namespace {

constexpr std::array rights = {PrivacyRight::access,  PrivacyRight::correction, PrivacyRight::restriction,
                               PrivacyRight::lifting, PrivacyRight::objection,  PrivacyRight::erasure};
constexpr std::array outcomes = {RequestOutcome::answered, RequestOutcome::done, RequestOutcome::refused,
                                 RequestOutcome::erased, RequestOutcome::closed};

template <typename Values>
auto value_named(const Values& values, std::string_view text) {
  const auto found =
      std::find_if(values.begin(), values.end(), [text](const auto value) { return to_text(value) == text; });
  return found == values.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string_view to_text(PrivacyRight right) {
  switch (right) {
    case PrivacyRight::access:
      return "access";
    case PrivacyRight::correction:
      return "correction";
    case PrivacyRight::restriction:
      return "restriction";
    case PrivacyRight::lifting:
      return "lifting";
    case PrivacyRight::objection:
      return "objection";
    case PrivacyRight::erasure:
      return "erasure";
  }
  return {};
}

std::optional<PrivacyRight> privacy_right_from(std::string_view text) { return value_named(rights, text); }

std::string_view to_text(RequestOutcome outcome) {
  switch (outcome) {
    case RequestOutcome::answered:
      return "answered";
    case RequestOutcome::done:
      return "done";
    case RequestOutcome::refused:
      return "refused";
    case RequestOutcome::erased:
      return "erased";
    case RequestOutcome::closed:
      return "closed";
  }
  return {};
}

std::optional<RequestOutcome> request_outcome_from(std::string_view text) {
  return value_named(outcomes, text);
}

Instant answer_due(Instant received_at) {
  const auto day = std::chrono::floor<std::chrono::days>(received_at);
  auto date = std::chrono::year_month_day{day} + std::chrono::months{1};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days{date} + (received_at - day);
}

PrivacyLink link_state(const std::optional<PrivacyRequest>& request, Instant now) {
  const bool is_open = request && request->address && request->link_until && now < *request->link_until;
  return is_open ? PrivacyLink::open : PrivacyLink::over;
}

bool was_used_for(const PrivacyRequest& request, PrivacyRight right) {
  return std::find(request.used.begin(), request.used.end(), right) != request.used.end();
}

}  // namespace optledger
