#include "lib/webhook/webhook_attempt.hpp"

#include <algorithm>
#include <array>

namespace optledger {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array waits{Duration(seconds(5)), Duration(minutes(5)), Duration(minutes(30)),
                           Duration(hours(2)),   Duration(hours(5)),   Duration(hours(10)),
                           Duration(hours(14)),  Duration(hours(20)),  Duration(hours(24))};

}  // namespace

WebhookAnswer webhook_answer(int status) {
  if (status == 410) return WebhookAnswer::gone;
  return status >= 200 && status <= 299 ? WebhookAnswer::taken : WebhookAnswer::failed;
}

bool is_receiver_down(int status) { return status == 0 || status == 429 || status >= 500; }

std::optional<Duration> next_webhook_try(int tries, std::optional<Duration> told, double jitter) {
  if (tries < 1 || static_cast<std::size_t>(tries) > waits.size()) return std::nullopt;
  const auto wait = std::max(waits[static_cast<std::size_t>(tries) - 1], told.value_or(Duration::zero()));
  return wait + Duration{static_cast<std::int64_t>(static_cast<double>(wait.count()) * jitter / 5)};
}

}  // namespace optledger
