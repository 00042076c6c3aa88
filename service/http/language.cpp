#include "service/http/language.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <optional>

namespace optledger::http {
namespace {

struct Range {
  std::string tag;  // lower case, "*" for any
  int quality = 0;  // thousandths
};

std::string lower_case(std::string_view text) {
  auto lower = to_lower_ascii(text);
  std::replace(lower.begin(), lower.end(), '_', '-');  // POSIX writes de_AT
  return lower;
}

bool is_tag(std::string_view tag) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return tag == "*" || (!tag.empty() && tag.front() != '-' && std::all_of(tag.begin(), tag.end(), allowed));
}

// "0", "0.5", "1.000" in thousandths (RFC 9110, 12.4.2).
std::optional<int> parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int quality = (text[0] - '0') * 1000;
  int weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    quality += (c - '0') * weight;
    weight /= 10;
  }
  return quality <= 1000 ? std::optional(quality) : std::nullopt;
}

std::optional<Range> parse_range(std::string_view part) {
  const auto semicolon = part.find(';');
  Range range{lower_case(trim_ascii_space(part.substr(0, semicolon))), 1000};
  if (!is_tag(range.tag)) return std::nullopt;
  if (semicolon == part.npos) return range;
  const std::string parameter = lower_case(trim_ascii_space(part.substr(semicolon + 1)));
  const auto quality =
      parameter.starts_with("q=") ? parse_quality(std::string_view(parameter).substr(2)) : std::nullopt;
  if (!quality) return std::nullopt;
  range.quality = *quality;
  return range;
}

std::vector<Range> parse_ranges(std::string_view header) {
  constexpr std::size_t most_ranges = 64;
  std::vector<Range> ranges;
  while (!header.empty() && ranges.size() < most_ranges) {
    const auto comma = header.find(',');
    if (const auto range = parse_range(header.substr(0, comma))) ranges.push_back(*range);
    header = comma == header.npos ? std::string_view() : header.substr(comma + 1);
  }
  std::stable_sort(ranges.begin(), ranges.end(),
                   [](const Range& a, const Range& b) { return a.quality > b.quality; });
  return ranges;
}

// RFC 4647, 3.4: the range itself, then shorter and shorter.
std::optional<std::string> look_up(const std::vector<std::string>& available, std::string_view tag) {
  while (!tag.empty()) {
    const auto found = std::find(available.begin(), available.end(), tag);
    if (found != available.end()) return *found;
    const auto hyphen = tag.rfind('-');
    tag = hyphen == tag.npos ? std::string_view() : tag.substr(0, hyphen);
  }
  return std::nullopt;
}

bool is_refused(const std::vector<Range>& ranges, const std::string& language) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.quality == 0 && range.tag == language; });
}

}  // namespace

std::string choose_language(const std::vector<std::string>& available, std::string_view locale,
                            std::string_view accept_language, std::string_view fallback) {
  const std::string wanted = lower_case(trim_ascii_space(locale));
  if (const auto found = look_up(available, wanted)) return *found;
  const auto ranges = parse_ranges(accept_language);
  const auto acceptable = [&](const std::string& language) { return !is_refused(ranges, language); };
  for (const Range& range : ranges) {
    if (range.quality == 0) break;
    if (range.tag == "*") {
      if (acceptable(std::string(fallback))) return std::string(fallback);
      const auto other = std::find_if(available.begin(), available.end(), acceptable);
      if (other != available.end()) return *other;
    } else if (const auto found = look_up(available, range.tag); found && acceptable(*found)) {
      return *found;
    }
  }
  return std::string(fallback);
}

}  // namespace optledger::http
