#include "service/flows/reapply_departures.hpp"

#include "service/flows/import_suppressions.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace optledger {
namespace {

using Turn = DepartureJournal::Turn;

constexpr std::size_t lines_at_once = 1000;  // nobody is served meanwhile

// Whose records stand at these leaves. A signup goes as a whole: it is the unit of erasure.
std::vector<DueSignup> signups_at(const ErasedLeaves& erased, Reading& reading) {
  std::set<Id> ids;
  for (const auto& leaf : erased.leaves) {
    if (const auto id = reading.signup_of_entry(leaf.index, leaf.entry)) ids.insert(*id);
  }
  std::vector<DueSignup> signups;
  for (const auto& id : ids) {
    signups.push_back({id, {}});
    for (const auto& record : reading.records(id)) signups.back().leaf_indices.push_back(record.leaf_index);
  }
  return signups;
}

bool knows(const ErasureReceipt& receipt, Reading& reading) {
  const auto known = reading.erasure_receipts(receipt.person);
  return std::any_of(known.begin(), known.end(), [&receipt](const ErasureReceipt& one) {
    return one.list == receipt.list && one.erased_at == receipt.erased_at;
  });
}

std::int64_t erase_again(const std::vector<ErasedLeaves>& lines, Instant now, Store& store,
                         Entropy& entropy) {
  return write_to(store, [&](Transaction& transaction) {
    std::int64_t count = 0;
    for (const auto& erased : lines) {
      const auto signups = signups_at(erased, transaction);
      transaction.apply(erase_signups(signups, erased.cause, now, fresh_digest(entropy)));
      count += static_cast<std::int64_t>(signups.size());
    }
    return count;
  });
}

std::int64_t keep_again(const std::vector<NotedReceipt>& lines, Store& store) {
  return write_to(store, [&](Transaction& transaction) {
    std::int64_t count = 0;
    for (const auto& [receipt, declaration] : lines) {
      if (knows(receipt, transaction)) continue;
      transaction.keep_document(receipt.declaration, declaration);
      transaction.apply({KeepReceipt{receipt}});
      ++count;
    }
    return count;
  });
}

// Lines of one kind, until there are enough for a transaction.
template <typename Line>
class Portion {
 public:
  explicit Portion(std::function<void(const std::vector<Line>&)> work) : work_(std::move(work)) {}
  void take(const Departure& departure) {
    if (const auto* line = std::get_if<Line>(&departure)) lines_.push_back(*line);
    if (lines_.size() >= lines_at_once) hand_over();
  }
  void hand_over() {
    if (!lines_.empty()) work_(lines_);
    lines_.clear();
  }

 private:
  std::function<void(const std::vector<Line>&)> work_;
  std::vector<Line> lines_;
};

}  // namespace

Reapplied reapply_departures(const Turn& turn, const ProofWindow& window, Store& store, Clock& clock,
                             Entropy& entropy) {
  const auto now = clock.now();
  Reapplied sum;
  Portion<ErasedLeaves> erased(
      [&](const auto& lines) { sum.signups += erase_again(lines, now, store, entropy); });
  Portion<Suppression> rules([&](const auto& lines) {
    const auto some = reapply_suppressions(lines, window, store, clock, entropy);
    sum.rules += some.kept;
    sum.subscriptions += some.ended;
  });
  Portion<NotedReceipt> receipts([&](const auto& lines) { sum.receipts += keep_again(lines, store); });
  turn.read([&](const Departure& departure) {
    erased.take(departure);
    rules.take(departure);
    receipts.take(departure);
  });
  erased.hand_over();
  rules.hand_over();
  receipts.hand_over();
  return sum;
}

}  // namespace optledger
