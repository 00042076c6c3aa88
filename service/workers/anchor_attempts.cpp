#include "service/workers/anchor_attempts.hpp"

#include "service/flows/ledger_anchors.hpp"
#include "service/ops/log.hpp"

#include <fmt/format.h>

#include <array>

namespace optledger {
namespace {

constexpr std::array waits{Duration(std::chrono::minutes(1)), Duration(std::chrono::minutes(5)),
                           Duration(std::chrono::minutes(15)), Duration(std::chrono::hours(1))};
constexpr Duration anchor_alarm_after = std::chrono::days(1);
constexpr std::int64_t not_failing = 0;

std::string note_of(const std::string& name) { return "anchor_failing_since:" + name; }
std::string part_of(const std::string& name) { return "ledger " + name; }

}  // namespace

AnchorAttempts::AnchorAttempts(const Parts& parts, std::string name) : parts_(parts), name_(std::move(name)) {
  const auto since = noted_number(note_of(name_), parts_.store).value_or(not_failing);
  if (since != not_failing) failing_since_ = from_millis(since);
}

bool AnchorAttempts::may_try() const {
  const auto now = parts_.clock.now();
  return now >= next_try_ || now < last_try_;  // the clock may have been set back
}

void AnchorAttempts::succeeded() {
  parts_.metrics.anchor(name_, "done");
  forget();
}

void AnchorAttempts::forget() {
  if (failing_since_) note_number(note_of(name_), not_failing, parts_.store);
  failing_since_.reset();
  tries_ = 0;
  next_try_ = next_alarm_ = Instant::min();
  is_alarmed_at_once_ = false;
  parts_.health.clear(part_of(name_));
}

void AnchorAttempts::failed(const std::string& detail, bool at_once) {
  const auto now = parts_.clock.now();
  parts_.metrics.anchor(name_, "failed");
  detail_ = detail;
  is_alarmed_at_once_ = at_once;
  last_try_ = now;
  next_try_ = now + waits[std::min(static_cast<std::size_t>(tries_), waits.size() - 1)];
  ++tries_;
  log_event(LogLevel::warning, "ledger_anchor_failed",
            {{"anchor", name_}, {"detail", detail}, {"tries", tries_}});
  if (failing_since_) return;
  failing_since_ = now;
  note_number(note_of(name_), to_millis(now), parts_.store);
}

void AnchorAttempts::watch() {
  if (!failing_since_ || detail_.empty()) return;
  const auto failing = parts_.clock.now() - *failing_since_;
  if (failing < anchor_alarm_after && !is_alarmed_at_once_) return;
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(failing).count();
  parts_.health.report(part_of(name_),
                       hours < 1 ? detail_ : fmt::format("failing for {} hours: {}", hours, detail_));
  if (parts_.clock.now() < next_alarm_) return;
  log_event(LogLevel::error, "ledger_anchor_alarm",
            {{"anchor", name_}, {"hours", hours}, {"detail", detail_}});
  next_alarm_ = parts_.clock.now() + anchor_alarm_after;
}

}  // namespace optledger
