// A table on disk: CSV with a header line, or JSON lines. Read row by row, so that its size costs no memory.
#pragma once

#include "lib/base/csv.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/table.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace optledger::cli {

class TableFile {
 public:
  // Reads the header, or the names in the first line of JSON. Throws Failure(wrong_use): not readable, not
  // UTF-8, an unknown column.
  TableFile(const std::filesystem::path& path, const TableColumns& columns);

  struct Row {
    std::int64_t first_line = 0;  // from 1
    std::int64_t last_line = 0;
    tl::expected<TableRow, std::string> content;
  };
  std::optional<Row> next();  // throws Failure when reading fails

  Instant changed_at() const { return changed_at_; }
  std::uint64_t size() const { return size_; }  // octets; 0: not known, it is a pipe
  std::uint64_t octets_read() const { return octets_read_; }

 private:
  struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  bool read_piece();
  void skip_byte_order_mark();
  std::optional<Line> next_line();
  void read_header();
  void read_csv_header(Line line);
  std::optional<Row> next_csv_row();
  std::optional<Row> next_json_row();

  std::string name_;
  const TableColumns& columns_;
  std::unique_ptr<std::FILE, Closed> file_;
  Instant changed_at_{};
  std::uint64_t size_ = 0;
  std::uint64_t octets_read_ = 0;
  std::string piece_;
  LineReader lines_;
  std::optional<CsvReader> csv_;  // none: JSON lines
  std::optional<TableHeader> header_;
  std::optional<Row> first_json_row_;
};

}  // namespace optledger::cli
