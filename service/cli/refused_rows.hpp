// Which rows of an import were refused, and why: by line and reason, never by what stands in them. The first
// ones for the terminal, all of them in the report.
#pragma once

#include "service/cli/output_file.hpp"
#include "service/cli/table_file.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace optledger::cli {

class RefusedRows {
 public:
  explicit RefusedRows(const std::optional<std::filesystem::path>& report);

  void add(const TableFile::Row& row, const std::string& reason);
  void finish();  // shows them; the report is whole
  std::size_t count() const { return count_; }

 private:
  std::optional<OutputFile> report_;
  std::vector<std::string> shown_;
  std::size_t count_ = 0;
};

}  // namespace optledger::cli
