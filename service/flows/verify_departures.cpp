#include "lib/subscription/in_force.hpp"
#include "service/flows/verify_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

std::string name_of(const Suppression& rule) {
  return fmt::format("the rule about person {} on {}", to_hex(rule.person.bytes).substr(0, 16),
                     rule.list ? "list " + *rule.list : std::string("every list"));
}

bool is_same(const Suppression& left, const Suppression& right) {
  return left.kind == right.kind && left.since == right.since && left.until == right.until;
}

// A signup that was asked for after the rule and confirmed lifts it, and the journal is not told.
bool is_lifted(const Suppression& rule, Reading& reading) {
  if (!rule.list) return false;
  const auto subscription = reading.subscription(rule.person, *rule.list);
  if (!subscription) return false;
  const auto signup = reading.signup(subscription->signup);
  return signup && overtakes(*signup, rule);
}

// One line of the journal after the other, against the tables.
class JournalAudit {
 public:
  JournalAudit(Reading& reading, Instant now) : reading_(reading), now_(now) {}

  void take(const Departure& departure) {
    if (difference_) return;
    const auto end = end_of(departure);
    const bool is_over = end && *end <= now_;
    if (const auto* rule = std::get_if<Suppression>(&departure)) take_rule(*rule, is_over);
    if (const auto* noted = std::get_if<NotedReceipt>(&departure)) take_receipt(*noted, is_over);
    if (const auto* erased = std::get_if<ErasedLeaves>(&departure)) take_erasure(*erased);
  }

  // After the last line: what is said to be in the journal and is not.
  Difference end() const {
    if (difference_) return difference_;
    const auto noted = reading_.count_noted(now_);
    if (noted.rules != rules_) {
      return fmt::format("{} rules of leaving are said to be in the journal of departures, and {} are",
                         noted.rules, rules_);
    }
    if (noted.receipts != receipts_) {
      return fmt::format("{} erasure receipts are said to be in the journal of departures, and {} are",
                         noted.receipts, receipts_);
    }
    return std::nullopt;
  }

 private:
  void take_rule(const Suppression& line, bool is_over) {
    const auto rule = rule_of(reading_.suppressions(line.person), line.list);
    if (!rule) {
      if (!is_over && !is_lifted(line, reading_)) {
        difference_ = name_of(line) + " stands in the journal of departures and not in the database";
      }
      return;
    }
    const bool is_noted = reading_.is_noted(*rule);
    if (is_noted && !is_over) ++rules_;
    // What the journal does not have yet came after what it has.
    if (is_noted ? !is_same(*rule, line) : rule->since < line.since) {
      difference_ = name_of(line) + " stands in another form in the journal of departures";
    }
  }

  void take_receipt(const NotedReceipt& noted, bool is_over) {
    const auto& line = noted.receipt;
    const auto held = reading_.erasure_receipts(line.person);
    const auto found = std::find_if(held.begin(), held.end(), [&](const ErasureReceipt& one) {
      return one.list == line.list && one.erased_at == line.erased_at;
    });
    if (found == held.end()) {
      if (!is_over)
        difference_ = name_of(line) + " stands in the journal of departures and not in the database";
      return;
    }
    if (!is_over) ++receipts_;
    if (found->declaration != line.declaration || found->method != line.method ||
        found->kept_until != line.kept_until || to_json(found->periods) != to_json(line.periods)) {
      difference_ = name_of(line) + " stands in another form in the journal of departures";
    }
  }

  void take_erasure(const ErasedLeaves& erased) {
    for (const auto& leaf : erased.leaves) {
      if (!difference_ && reading_.signup_of_entry(leaf.index, leaf.entry)) {
        difference_ =
            fmt::format("record {} is there, though the journal of departures has it as erased", leaf.index);
      }
    }
  }

  static std::string name_of(const ErasureReceipt& receipt) {
    return fmt::format("the erasure receipt of person {} on list {}",
                       to_hex(receipt.person.bytes).substr(0, 16), receipt.list);
  }
  static std::string name_of(const Suppression& rule) { return optledger::name_of(rule); }

  Reading& reading_;
  const Instant now_;
  std::int64_t rules_ = 0;
  std::int64_t receipts_ = 0;
  Difference difference_;
};

}  // namespace

Difference verify_departures(const VerifyParts& parts) {
  // While it is our turn nobody notes anything, so that journal and tables are of one moment.
  const DepartureJournal::Turn turn(parts.journal);
  if (turn.is_missing()) return std::nullopt;
  return read_from(parts.store, [&](Reading& reading) {
    JournalAudit audit(reading, parts.clock.now());
    turn.read([&](const Departure& departure) { audit.take(departure); });
    return audit.end();
  });
}

}  // namespace optledger
