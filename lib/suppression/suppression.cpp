#include "lib/suppression/suppression.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger {

std::string_view to_text(SuppressionKind kind) {
  return kind == SuppressionKind::blocked ? "blocked" : "unsubscribed";
}

SuppressionKind suppression_kind_from(std::string_view text) {
  for (const auto kind : {SuppressionKind::unsubscribed, SuppressionKind::blocked}) {
    if (text == to_text(kind)) return kind;
  }
  throw std::invalid_argument("no such kind of suppression");
}

std::vector<Suppression> covering(const std::vector<Suppression>& rules, std::string_view list) {
  std::vector<Suppression> found;
  std::copy_if(rules.begin(), rules.end(), std::back_inserter(found),
               [list](const Suppression& rule) { return !rule.list || *rule.list == list; });
  return found;
}

std::optional<Suppression> rule_of(const std::vector<Suppression>& rules,
                                   const std::optional<std::string>& list) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&list](const Suppression& rule) { return rule.list == list; });
  return found == rules.end() ? std::nullopt : std::optional(*found);
}

bool is_blocked(const std::vector<Suppression>& rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const Suppression& rule) { return rule.kind == SuppressionKind::blocked; });
}

bool is_suppressed(const std::vector<Suppression>& rules, Instant asked_at) {
  return is_blocked(rules) || std::any_of(rules.begin(), rules.end(), [asked_at](const Suppression& rule) {
           return asked_at <= rule.since;
         });
}

Suppression stricter(const Suppression& left, const Suppression& right) {
  const bool left_blocked = left.kind == SuppressionKind::blocked;
  const bool right_blocked = right.kind == SuppressionKind::blocked;
  if (left_blocked != right_blocked) return left_blocked ? left : right;
  auto rule = left.since >= right.since ? left : right;
  if (left.until && right.until) rule.until = std::max(*left.until, *right.until);
  return rule;
}

}  // namespace optledger
