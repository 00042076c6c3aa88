#include "lib/suppression/suppression.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger {

std::string_view to_text(SuppressionKind kind) {
  switch (kind) {
    case SuppressionKind::unsubscribed:
      return "unsubscribed";
    case SuppressionKind::restricted:
      return "restricted";
    case SuppressionKind::blocked:
      return "blocked";
  }
  return {};
}

namespace {

bool has_kind(const std::vector<Suppression>& rules, SuppressionKind kind) {
  return std::any_of(rules.begin(), rules.end(),
                     [kind](const Suppression& rule) { return rule.kind == kind; });
}

}  // namespace

SuppressionKind suppression_kind_from(std::string_view text) {
  for (const auto kind :
       {SuppressionKind::unsubscribed, SuppressionKind::restricted, SuppressionKind::blocked}) {
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
  const auto found = std::find_if(rules.begin(), rules.end(), [&list](const Suppression& rule) {
    return rule.list == list && rule.kind != SuppressionKind::restricted;
  });
  return found == rules.end() ? std::nullopt : std::optional(*found);
}

bool is_blocked(const std::vector<Suppression>& rules) { return has_kind(rules, SuppressionKind::blocked); }

bool is_restricted(const std::vector<Suppression>& rules) {
  return has_kind(rules, SuppressionKind::restricted);
}

bool forbids_letters(const std::vector<Suppression>& rules) {
  return is_blocked(rules) || is_restricted(rules);
}

bool is_suppressed(const std::vector<Suppression>& rules, Instant asked_at) {
  return forbids_letters(rules) ||
         std::any_of(rules.begin(), rules.end(),
                     [asked_at](const Suppression& rule) { return asked_at <= rule.since; });
}

Suppression stricter(const Suppression& left, const Suppression& right) {
  if (left.kind != right.kind) return left.kind > right.kind ? left : right;
  auto rule = left.since >= right.since ? left : right;
  rule.until = left.until && right.until ? std::optional(std::max(*left.until, *right.until)) : std::nullopt;
  return rule;
}

}  // namespace optledger
