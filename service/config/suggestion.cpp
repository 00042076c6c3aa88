#include "service/config/suggestion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace optledger {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 1> later{{
    {"list", "sender"},
}};

// Optimal string alignment distance.
std::size_t slips_between(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> cost(left.size() + 1, std::vector<std::size_t>(right.size() + 1));
  for (std::size_t i = 0; i <= left.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= right.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[left.size()][right.size()];
}

}  // namespace

bool is_for_later(std::string_view section, std::string_view key) {
  return std::find(later.begin(), later.end(), std::pair{section, key}) != later.end();
}

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > 64) return std::nullopt;
  std::optional<std::string> best;
  std::size_t fewest = 3;
  for (const std::string& candidate : known) {
    const std::size_t slips = slips_between(name, candidate);
    if (slips < fewest && slips * 2 < candidate.size()) {
      fewest = slips;
      best = candidate;
    }
  }
  return best;
}

std::string unknown(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
  if (const auto near = nearest(name, known))
    return fmt::format("unknown {}; did you mean \"{}\"?", what, *near);
  return fmt::format("unknown {}; known are {}", what, fmt::join(known, ", "));
}

}  // namespace optledger
