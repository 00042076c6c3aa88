#include "lib/base/central_european_time.hpp"

namespace optledger {
namespace {

using namespace std::chrono_literals;

Instant last_sunday_at_one(std::chrono::year year, std::chrono::month month) {
  return std::chrono::sys_days(year / month / std::chrono::Sunday[std::chrono::last]) + 1h;
}

}  // namespace

bool is_central_european_summer(Instant instant) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
  return instant >= last_sunday_at_one(date.year(), std::chrono::March) &&
         instant < last_sunday_at_one(date.year(), std::chrono::October);
}

std::chrono::local_time<Duration> to_central_european(Instant instant) {
  return std::chrono::local_time<Duration>{instant.time_since_epoch() +
                                           (is_central_european_summer(instant) ? 2h : 1h)};
}

}  // namespace optledger
