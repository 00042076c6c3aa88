// Comma-separated values (RFC 4180) as spreadsheets write them: `,` or `;` between cells, CR LF or LF behind
// rows, quotation marks around cells that need them. Strict: what a reader could only guess at is a problem.
#pragma once

#include "lib/base/line_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct CsvRow {
  std::int64_t first_line = 0;
  std::int64_t last_line = 0;
  std::vector<std::string> cells;
  std::string problem;  // one sentence without a word of the row; empty: none. With one, `cells` is empty
};

class CsvReader {
 public:
  CsvReader(char separator, std::size_t max_octets) : separator_(separator), max_octets_(max_octets) {}

  // The row that this line ends. Nothing for an empty line, and while a quoted cell is open. After a problem
  // the next line begins a new row.
  std::optional<CsvRow> add(const Line& line);
  // The row that is still open when there are no more lines: always a problem.
  std::optional<CsvRow> finish();

 private:
  enum class At { cell_start, plain, quoted, quote_in_quoted };

  void begin(std::int64_t line);
  const char* take(char c);  // what is wrong with it here, or null
  const char* take_unquoted(char c);
  void end_cell();
  CsvRow row(std::string problem);

  char separator_;
  std::size_t max_octets_;  // of a row, its line ends included
  At at_ = At::cell_start;
  bool is_open_ = false;
  std::int64_t first_line_ = 0;
  std::int64_t last_line_ = 0;
  std::size_t octets_ = 0;
  std::vector<std::string> cells_;
  std::string cell_;
};

// The one that stands in a header line more often; `,` when neither does.
char separator_in(std::string_view header);

// The row with its CR LF. A cell that a spreadsheet would take for a formula (= + - @ tab CR at its start)
// gets an apostrophe in front.
std::string csv_line(const std::vector<std::string>& cells);

// Takes exactly that apostrophe away.
std::string_view without_apostrophe(std::string_view cell);

}  // namespace optledger
