#include "lib/suppression/suppression_row.hpp"

#include "lib/base/csv.hpp"
#include "lib/base/json.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace optledger {
namespace {

using Member = std::string SuppressionRow::*;

constexpr std::array<std::pair<std::string_view, Member>, 5> columns{{
    {"email", &SuppressionRow::email},
    {"fingerprint", &SuppressionRow::fingerprint},
    {"list", &SuppressionRow::list},
    {"kind", &SuppressionRow::kind},
    {"since", &SuppressionRow::since},
}};
constexpr const char* column_names = "email or fingerprint, list, kind, since";

std::optional<Member> column_named(std::string_view name) {
  const auto* found = std::find_if(columns.begin(), columns.end(),
                                   [name](const auto& column) { return column.first == name; });
  return found == columns.end() ? std::nullopt : std::optional(found->second);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string unknown_column(std::string_view name) {
  const bool is_plain = is_utf8(name) && !has_control_character(name) && count_characters(name) <= 64 &&
                        name.find('@') == std::string_view::npos;
  return fmt::format("unknown column {}; known are: {}",
                     is_plain ? fmt::format("\"{}\"", name) : "(its name is not shown)", column_names);
}

}  // namespace

tl::expected<SuppressionColumns, std::string> SuppressionColumns::parse(
    const std::vector<std::string>& header) {
  SuppressionColumns parsed;
  bool names_person = false;
  for (const auto& cell : header) {
    const auto name = lower_case(trim_ascii_space(cell));
    const auto member = column_named(name);
    if (!member && name.find('@') != std::string::npos) {
      return tl::unexpected(std::string("the first line must name the columns: ") + column_names);
    }
    if (!member) return tl::unexpected(unknown_column(name));
    if (std::find(parsed.members_.begin(), parsed.members_.end(), *member) != parsed.members_.end()) {
      return tl::unexpected("the column " + name + " stands there twice");
    }
    names_person = names_person || name == "email" || name == "fingerprint";
    parsed.members_.push_back(*member);
  }
  if (!names_person) return tl::unexpected(std::string("there must be a column email or fingerprint"));
  return parsed;
}

tl::expected<SuppressionRow, std::string> SuppressionColumns::row(
    const std::vector<std::string>& cells) const {
  if (cells.size() != members_.size()) {
    return tl::unexpected(
        fmt::format("{} cells, but the header names {} columns", cells.size(), members_.size()));
  }
  SuppressionRow row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    row.*members_[i] = trim_ascii_space(without_apostrophe(cells[i]));
  }
  return row;
}

tl::expected<SuppressionRow, std::string> suppression_row_from_json(std::string_view line) {
  const auto json = parse_strict_json(line);
  // The parser's own words may repeat a name from the line.
  if (!json || !json->is_object()) {
    return tl::unexpected(std::string("not one JSON object in valid UTF-8 with every name once"));
  }
  SuppressionRow row;
  for (const auto& [name, value] : json->items()) {
    const auto member = column_named(name);
    if (!member) return tl::unexpected(unknown_column(name));
    if (value.is_null()) continue;
    if (!value.is_string()) return tl::unexpected(name + " must be a text");
    row.*(*member) = trim_ascii_space(value.get_ref<const std::string&>());
  }
  return row;
}

std::string suppression_csv_header() { return csv_line({"fingerprint", "list", "kind", "since"}); }

std::string to_csv_line(const Suppression& rule) {
  return csv_line({to_hex(rule.person.bytes), rule.list.value_or(""), std::string(to_text(rule.kind)),
                   to_rfc3339(rule.since)});
}

std::string to_json_line(const Suppression& rule) {
  return Json{{"fingerprint", to_hex(rule.person.bytes)},
              {"list", or_null(rule.list)},
              {"kind", to_text(rule.kind)},
              {"since", to_rfc3339(rule.since)}}
             .dump() +
         "\n";
}

}  // namespace optledger
