#include "service/flows/forget.hpp"

#include <iterator>

namespace optledger {
namespace {

constexpr std::string_view last_known_time = "last_known_time";
constexpr std::string_view last_run = "retention_last_run";
constexpr Duration note_time_every = std::chrono::hours(1);
constexpr int rows_at_once = 50;  // a few milliseconds of the writer's time

DeletionCounts counts_of(const DueForDeletion& due) {
  return {
      std::ssize(due.unconfirmed),      std::ssize(due.held),          std::ssize(due.suppressions),
      std::ssize(due.receipts),         std::ssize(due.operator_acts), std::ssize(due.privacy_addresses),
      std::ssize(due.privacy_requests), std::ssize(due.webhook_calls), std::ssize(due.webhook_deliveries)};
}

void add(const DeletionCounts& more, DeletionCounts& sum) {
  for (const auto& [name, count] : deletion_counts) sum.*count += more.*count;
}

void keep_time(Instant now, Store& store) {
  store.write([&](Transaction& transaction) { transaction.put_meta(last_known_time, to_rfc3339(now)); });
}

}  // namespace

DeletionCounts forget_some(int limit, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  // Looked at outside the writer first: most runs find nothing.
  if (read_from(store, [&](Reading& reading) { return reading.due_for_deletion(now, 1).empty(); })) return {};
  const ForgetSalts salts{fresh_digest(entropy), fresh_digest(entropy)};
  return write_to(store, [&](Transaction& transaction) {
    const auto due = transaction.due_for_deletion(now, limit);
    transaction.apply(forget(due, now, salts));
    return counts_of(due);
  });
}

DeletionCounts forget_all(const std::function<bool()>& stop, Store& store, Clock& clock, Entropy& entropy) {
  DeletionCounts sum;
  while (!stop()) {
    const auto some = forget_some(rows_at_once, store, clock, entropy);
    if (some.sum() == 0) break;
    add(some, sum);
  }
  if (sum.sum() == 0) return sum;
  const auto now = clock.now();
  store.write([&](Transaction& transaction) { transaction.keep_deletion_receipt(now, sum); });
  return sum;
}

std::optional<Instant> last_retention_run(Store& store) {
  const auto known = read_from(store, [](Reading& reading) { return reading.meta(last_run); });
  return known ? std::optional(parse_rfc3339(*known).value()) : std::nullopt;
}

void note_retention_run(Instant at, Store& store) {
  store.write([&](Transaction& transaction) { transaction.put_meta(last_run, to_rfc3339(at)); });
}

std::optional<Duration> clock_jump(Duration allowed, Store& store, Clock& clock) {
  const auto now = clock.now();
  const auto known = read_from(store, [](Reading& reading) { return reading.meta(last_known_time); });
  if (!known) {
    keep_time(now, store);
    return std::nullopt;
  }
  const auto ahead = now - parse_rfc3339(*known).value();
  if (ahead > allowed) return ahead;
  if (ahead >= note_time_every) keep_time(now, store);
  return std::nullopt;
}

void accept_clock(Store& store, Clock& clock) { keep_time(clock.now(), store); }

}  // namespace optledger
