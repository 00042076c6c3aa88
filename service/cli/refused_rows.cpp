#include "service/cli/refused_rows.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

constexpr std::size_t most_refusals_shown = 100;

}  // namespace

RefusedRows::RefusedRows(const std::optional<std::filesystem::path>& report) {
  if (!report) return;
  report_.emplace(*report);
  report_->write(csv_line({"line", "reason"}));
}

void RefusedRows::add(const TableFile::Row& row, const std::string& reason) {
  const auto lines = row.first_line == row.last_line ? std::to_string(row.first_line)
                                                     : fmt::format("{}-{}", row.first_line, row.last_line);
  ++count_;
  if (report_) report_->write(csv_line({lines, reason}));
  if (shown_.size() < most_refusals_shown) shown_.push_back(fmt::format("line {}: {}", lines, reason));
}

void RefusedRows::finish() {
  for (const auto& line : shown_) fmt::print(stderr, "{}\n", line);
  if (const auto more = count_ - shown_.size(); more > 0) {
    fmt::print(stderr, "and {} more rows; --report FILE gets all of them\n", more);
  }
  if (report_) report_->finish();
}

}  // namespace optledger::cli
