// Any bytes as a list from another system. What is read does not depend on how the file came in pieces; rows
// that were read can be written and read again; rows under a header hold no more than the file did; and what
// is no permission is never taken for one.
#include "lib/base/csv.hpp"
#include "lib/subscription/permission.hpp"
#include "lib/suppression/suppression_row.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace optledger;

namespace {

constexpr std::size_t limit = 256;  // small, so that the fuzzer passes it

void must(bool holds) {
  if (!holds) std::abort();
}

struct ReadRows {
  std::vector<CsvRow> rows;
  std::int64_t lines = 0;
};

ReadRows read(std::string_view text, char separator, std::size_t piece) {
  LineReader lines(limit);
  CsvReader csv(separator, limit);
  ReadRows read;
  const auto add = [&](const Line& line) {
    must(line.number == ++read.lines && line.text.size() <= limit);
    if (auto row = csv.add(line)) read.rows.push_back(std::move(*row));
  };
  while (!text.empty()) {
    lines.feed(text.substr(0, piece));
    while (const auto line = lines.next()) add(*line);
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (const auto line = lines.last()) add(*line);
  if (auto row = csv.finish()) read.rows.push_back(std::move(*row));
  return read;
}

bool same(const CsvRow& left, const CsvRow& right) {
  return left.first_line == right.first_line && left.last_line == right.last_line &&
         left.cells == right.cells && left.problem == right.problem;
}

void check_rows(const ReadRows& read) {
  std::int64_t line = 0;
  for (const auto& row : read.rows) {
    must(row.first_line > line && row.last_line >= row.first_line && row.last_line <= read.lines);
    line = row.last_line;
    must(row.problem.empty() == !row.cells.empty());
  }
}

void check_written(const CsvRow& row) {
  const auto text = csv_line(row.cells);
  if (text.size() > limit) return;
  const auto again = read(text, ',', text.size());
  must(again.rows.size() == 1 && again.rows[0].cells.size() == row.cells.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    // A cell that already looked like an escaped one loses its own apostrophe.
    must(without_apostrophe(again.rows[0].cells[i]) == without_apostrophe(row.cells[i]));
  }
}

void check_permission(const TableRow& row) {
  const PermissionTerms terms{
      .known_lists = {"news"}, .list = "news", .notice = std::nullopt, .now = from_millis(1'700'000'000'000)};
  const auto permission = parse_permission(permission_row(row), terms);
  must(permission ? !permission->notice.text.empty() && !permission->purchase_reference.empty() &&
                        !permission->address_source.empty()
                  : !permission.error().empty());
}

void check_table(const ReadRows& read, const TableColumns& columns) {
  if (read.rows.empty()) return;
  const auto header = TableHeader::parse(columns, read.rows[0].cells);
  must(header || !header.error().empty());
  if (!header) return;
  for (const auto& line : read.rows) {
    const auto row = header->row(line.cells);
    must(!row || (line.cells.size() == read.rows[0].cells.size() && row->size() == columns.names.size()));
    if (row && &columns == &permission_columns()) check_permission(*row);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto separator = separator_in(text.substr(0, text.find('\n')));
  const auto whole = read(text, separator, std::max<std::size_t>(text.size(), 1));
  check_rows(whole);
  const auto pieces = read(text, separator, data[0] % 64u + 1);
  must(std::equal(whole.rows.begin(), whole.rows.end(), pieces.rows.begin(), pieces.rows.end(), same));
  for (const auto& row : whole.rows) {
    if (row.problem.empty()) check_written(row);
  }
  for (const auto* columns : {&suppression_columns(), &permission_columns()}) {
    check_table(whole, *columns);
    const auto json = table_row_from_json(*columns, text);
    must(json || !json.error().empty());
    if (json && columns == &permission_columns()) check_permission(*json);
  }
  return 0;
}
