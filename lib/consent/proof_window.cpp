#include "lib/consent/proof_window.hpp"

#include <algorithm>

namespace optledger {
namespace {

Instant years_later(Instant instant, int years) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  auto date = std::chrono::year_month_day{day} + std::chrono::years{years};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days{date} + (instant - day);
}

}  // namespace

Instant end_of(const ProofWindow& window, Instant withdrawn_at) {
  const auto by_calendar = years_later(withdrawn_at, window.years);
  return window.shorter ? std::min(by_calendar, withdrawn_at + *window.shorter) : by_calendar;
}

}  // namespace optledger
