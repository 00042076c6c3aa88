#include "service/cli/table_file.hpp"

#include "lib/base/text.hpp"
#include "service/cli/command_line.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace optledger::cli {
namespace {

constexpr std::size_t max_row = 64 * 1024;
constexpr std::size_t piece_size = 64 * 1024;

bool is_blank(const Line& line) { return !line.too_long && (line.text.empty() || line.text == "\r"); }

Instant last_change(const struct stat& status) {
  return from_millis(std::int64_t{status.st_mtim.tv_sec} * 1000 + status.st_mtim.tv_nsec / 1'000'000);
}

}  // namespace

TableFile::TableFile(const std::filesystem::path& path, const TableColumns& columns)
    : name_(path.string()), columns_(columns), file_(std::fopen(path.c_str(), "rbe")), lines_(max_row) {
  struct stat status{};
  if (!file_ || ::fstat(::fileno(file_.get()), &status) != 0) {
    throw Failure(wrong_use, fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
  }
  changed_at_ = last_change(status);
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
  if (!read_piece()) throw Failure(wrong_use, name_ + " is empty");
  skip_byte_order_mark();
  read_header();
}

std::optional<TableFile::Row> TableFile::next() {
  if (first_json_row_) return std::exchange(first_json_row_, std::nullopt);
  return csv_ ? next_csv_row() : next_json_row();
}

bool TableFile::read_piece() {
  piece_.resize(piece_size);
  piece_.resize(std::fread(piece_.data(), 1, piece_.size(), file_.get()));
  if (std::ferror(file_.get()) != 0) {
    throw Failure(octets_read_ == 0 ? wrong_use : refused,
                  fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
  }
  octets_read_ += piece_.size();
  lines_.feed(piece_);
  return !piece_.empty();
}

void TableFile::skip_byte_order_mark() {
  const std::string_view start = piece_;
  const auto first_line = start.substr(0, start.find('\n'));
  const bool has_utf16_mark = start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF");
  if (has_utf16_mark || first_line.find('\0') != std::string_view::npos) {
    throw Failure(wrong_use, name_ + " is not UTF-8 but UTF-16, or no text at all: save it as UTF-8");
  }
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (start.starts_with(mark)) lines_.feed(start.substr(mark.size()));
}

std::optional<Line> TableFile::next_line() {
  for (;;) {
    if (const auto line = lines_.next()) return line;
    if (!read_piece()) return lines_.last();
  }
}

void TableFile::read_header() {
  auto line = next_line();
  while (line && is_blank(*line)) line = next_line();
  if (!line) throw Failure(wrong_use, name_ + " is empty");
  if (line->too_long || !is_utf8(line->text)) {
    throw Failure(wrong_use,
                  fmt::format("the first line of {} is {}", name_,
                              line->too_long ? "longer than 64 KiB" : "not UTF-8: save it as UTF-8"));
  }
  if (!line->text.starts_with('{')) return read_csv_header(*line);
  first_json_row_ = Row{line->number, line->number, table_row_from_json(columns_, line->text)};
  if (const auto& content = first_json_row_->content; !content) {
    throw Failure(wrong_use, fmt::format("line {} of {}: {}", line->number, name_, content.error()));
  }
}

void TableFile::read_csv_header(Line line) {
  csv_.emplace(separator_in(line.text), max_row);
  auto header = csv_->add(line);
  for (std::optional<Line> more; !header && (more = next_line());) header = csv_->add(*more);
  if (!header) header = csv_->finish();
  auto parsed = header->problem.empty() ? TableHeader::parse(columns_, header->cells)
                                        : tl::unexpected(std::move(header->problem));
  if (!parsed) throw Failure(wrong_use, fmt::format("the header of {}: {}", name_, parsed.error()));
  header_ = std::move(*parsed);
}

std::optional<TableFile::Row> TableFile::next_csv_row() {
  std::optional<CsvRow> row;
  while (!row) {
    const auto line = next_line();
    row = line ? csv_->add(*line) : csv_->finish();
    if (!line && !row) return std::nullopt;
  }
  auto content = row->problem.empty() ? header_->row(row->cells) : tl::unexpected(std::move(row->problem));
  return Row{row->first_line, row->last_line, std::move(content)};
}

std::optional<TableFile::Row> TableFile::next_json_row() {
  auto line = next_line();
  while (line && is_blank(*line)) line = next_line();
  if (!line) return std::nullopt;
  if (line->too_long)
    return Row{line->number, line->number, tl::unexpected(std::string("longer than 64 KiB"))};
  return Row{line->number, line->number, table_row_from_json(columns_, line->text)};
}

}  // namespace optledger::cli
