#include "service/workers/departure_worker.hpp"

#include "service/flows/forget.hpp"

namespace optledger {
namespace {

constexpr Duration pause_between_looks = std::chrono::milliseconds(500);
constexpr Duration at_least_every = std::chrono::days(1);  // lifted rules go then, which had no end
// Writing a long journal anew takes seconds: at most a hundredth of the time goes into it.
constexpr int rest_for_work = 100;
constexpr Duration shortest_rest = std::chrono::seconds(5);

}  // namespace

void DepartureWorker::start() {
  worker_ = std::make_unique<Worker>("departures", parts_.health,
                                     [this](const std::stop_token&) { return keep(); });
}

Duration DepartureWorker::keep() {
  parts_.departures.keep();
  if (parts_.clock.now() >= shorten_at_) shorten();
  return pause_between_looks;
}

void DepartureWorker::shorten() {
  // A clock that jumped ahead must not make the journal forget anybody either.
  if (clock_jump(parts_.max_clock_jump, parts_.store, parts_.clock)) return;
  const auto now = parts_.clock.now();
  const auto began = std::chrono::steady_clock::now();
  const auto next_end = shorten_journal(parts_.departures.journal(), now);
  const auto took = std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - began);
  shorten_at_ = std::max(std::min(next_end.value_or(Instant::max()), now + at_least_every),
                         now + std::max(shortest_rest, rest_for_work * took));
}

}  // namespace optledger
