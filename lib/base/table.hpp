// A table from outside whose columns have names: CSV under a header line, or one JSON object on each line.
// What a row says is not looked at here; errors name a column, never a cell, since cells hold addresses.
#pragma once

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// All columns a table may have. The first `keys` of them say whom a row is about: a header has one at least.
struct TableColumns {
  std::vector<std::string_view> names;
  std::size_t keys = 1;

  std::optional<std::size_t> find(std::string_view name) const;
};

// A cell for each of these columns, in their order, without white space around it. Empty: not said.
using TableRow = std::vector<std::string>;

// Which cell of a CSV row is what.
class TableHeader {
 public:
  static tl::expected<TableHeader, std::string> parse(const TableColumns& columns,
                                                      const std::vector<std::string>& cells);

  tl::expected<TableRow, std::string> row(const std::vector<std::string>& cells) const;

 private:
  explicit TableHeader(std::size_t width) : width_(width) {}

  std::size_t width_;
  std::vector<std::size_t> columns_;  // where each cell of a row belongs
};

// A member that is null says nothing; one that is no text is an error.
tl::expected<TableRow, std::string> table_row_from_json(const TableColumns& columns, std::string_view line);

}  // namespace optledger
