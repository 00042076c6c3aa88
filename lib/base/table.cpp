#include "lib/base/table.hpp"

#include "lib/base/csv.hpp"
#include "lib/base/json.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace optledger {
namespace {

using Refused = tl::unexpected<std::string>;

// "email or fingerprint"
std::string keys_of(const TableColumns& columns) {
  const auto begin = columns.names.begin();
  return fmt::format("{}", fmt::join(begin, begin + static_cast<std::ptrdiff_t>(columns.keys), " or "));
}

std::string all_of(const TableColumns& columns) {
  const auto rest = columns.names.begin() + static_cast<std::ptrdiff_t>(columns.keys);
  return fmt::format("{}, {}", keys_of(columns), fmt::join(rest, columns.names.end(), ", "));
}

// A file without a header begins with what could be an address.
std::string unknown_column(const TableColumns& columns, std::string_view name) {
  const bool is_plain = is_utf8(name) && !has_control_character(name) && count_characters(name) <= 64 &&
                        name.find('@') == std::string_view::npos;
  return fmt::format("unknown column {}; known are: {}",
                     is_plain ? fmt::format("\"{}\"", name) : "(its name is not shown)", all_of(columns));
}

}  // namespace

std::optional<std::size_t> TableColumns::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

tl::expected<TableHeader, std::string> TableHeader::parse(const TableColumns& columns,
                                                          const std::vector<std::string>& cells) {
  TableHeader header(columns.names.size());
  auto& known = header.columns_;
  for (const auto& cell : cells) {
    const auto name = to_lower_ascii(trim_ascii_space(cell));
    const auto column = columns.find(name);
    if (!column && name.find('@') != std::string::npos) {
      return Refused("the first line must name the columns: " + all_of(columns));
    }
    if (!column) return Refused(unknown_column(columns, name));
    if (std::find(known.begin(), known.end(), *column) != known.end()) {
      return Refused("the column " + name + " stands there twice");
    }
    known.push_back(*column);
  }
  if (std::none_of(known.begin(), known.end(), [&](std::size_t column) { return column < columns.keys; })) {
    return Refused("there must be a column " + keys_of(columns));
  }
  return header;
}

tl::expected<TableRow, std::string> TableHeader::row(const std::vector<std::string>& cells) const {
  if (cells.size() != columns_.size()) {
    return Refused(fmt::format("{} cells, but the header names {} columns", cells.size(), columns_.size()));
  }
  TableRow row(width_);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    row[columns_[i]] = trim_ascii_space(without_apostrophe(cells[i]));
  }
  return row;
}

tl::expected<TableRow, std::string> table_row_from_json(const TableColumns& columns, std::string_view line) {
  const auto json = parse_strict_json(line);
  // The parser's own words may repeat a name from the line.
  if (!json || !json->is_object()) {
    return Refused("not one JSON object in valid UTF-8 with every name once");
  }
  TableRow row(columns.names.size());
  for (const auto& [name, value] : json->items()) {
    const auto column = columns.find(name);
    if (!column) return Refused(unknown_column(columns, name));
    if (value.is_null()) continue;
    if (!value.is_string()) return Refused(name + " must be a text");
    row[*column] = trim_ascii_space(value.get_ref<const std::string&>());
  }
  return row;
}

}  // namespace optledger
