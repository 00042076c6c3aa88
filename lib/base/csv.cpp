#include "lib/base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace optledger {
namespace {

bool begins_formula(std::string_view cell) {
  constexpr std::string_view starts = "=+-@\t\r";
  return !cell.empty() && starts.find(cell.front()) != std::string_view::npos;
}

void write_cell(std::string_view cell, std::string& out) {
  const bool needs_quotes = cell.find_first_of(",;\"\r\n") != std::string_view::npos;
  if (needs_quotes) out += '"';
  if (begins_formula(cell)) out += '\'';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  if (needs_quotes) out += '"';
}

}  // namespace

std::optional<CsvRow> CsvReader::add(const Line& line) {
  if (!is_open_) begin(line.number);
  last_line_ = line.number;
  octets_ += line.text.size() + 1;
  if (line.too_long || octets_ > max_octets_) {
    return row(fmt::format("longer than {} KiB{}", max_octets_ / 1024,
                           at_ == At::quoted ? ": is a quotation mark not closed?" : ""));
  }
  auto text = line.text;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\r' && text.empty() && at_ != At::quoted) break;
    if (const auto* problem = take(c)) return row(problem);
  }
  if (at_ == At::quoted) {
    cell_ += '\n';
    return std::nullopt;
  }
  if (at_ == At::cell_start && cells_.empty()) {
    is_open_ = false;
    return std::nullopt;
  }
  end_cell();
  return row({});
}

std::optional<CsvRow> CsvReader::finish() {
  if (!is_open_) return std::nullopt;
  return row("a quotation mark is not closed");
}

void CsvReader::begin(std::int64_t line) {
  is_open_ = true;
  at_ = At::cell_start;
  first_line_ = line;
  octets_ = 0;
  cells_.clear();
  cell_.clear();
}

const char* CsvReader::take(char c) {
  if (at_ != At::quoted) return take_unquoted(c);
  if (c == '"') {
    at_ = At::quote_in_quoted;
  } else {
    cell_ += c;
  }
  return nullptr;
}

const char* CsvReader::take_unquoted(char c) {
  if (c == separator_) {
    end_cell();
    return nullptr;
  }
  if (c == '"' && at_ != At::plain) {
    if (at_ == At::quote_in_quoted) cell_ += c;
    at_ = At::quoted;
    return nullptr;
  }
  if (at_ == At::quote_in_quoted) return "text behind a closing quotation mark";
  if (c == '"') return "a quotation mark in a cell that does not begin with one";
  if (c == '\r') return "a carriage return within the line";
  at_ = At::plain;
  cell_ += c;
  return nullptr;
}

void CsvReader::end_cell() {
  cells_.push_back(std::exchange(cell_, {}));
  at_ = At::cell_start;
}

CsvRow CsvReader::row(std::string problem) {
  is_open_ = false;
  if (!problem.empty()) cells_.clear();
  return {first_line_, last_line_, std::exchange(cells_, {}), std::move(problem)};
}

char separator_in(std::string_view header) {
  return std::count(header.begin(), header.end(), ';') > std::count(header.begin(), header.end(), ',') ? ';'
                                                                                                       : ',';
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (const auto& cell : cells) {
    if (&cell != &cells.front()) out += ',';
    write_cell(cell, out);
  }
  // Without them a row of one empty cell were an empty line, which is no row.
  if (cells.size() == 1 && cells.front().empty()) out += "\"\"";
  return out += "\r\n";
}

std::string_view without_apostrophe(std::string_view cell) {
  return cell.starts_with('\'') && begins_formula(cell.substr(1)) ? cell.substr(1) : cell;
}

}  // namespace optledger
