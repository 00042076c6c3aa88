// What every import has in common: rows are read one by one and written some hundred at a time, beside a
// running `serve`; wrong rows are refused and the others taken; a run that broke off is simply run again.
#pragma once

#include "service/cli/commands.hpp"
#include "service/cli/table_file.hpp"
#include "service/flows/import_suppressions.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace optledger::cli {

// One kind of rows. `take` keeps a row for the next `write`, or says why it is refused.
struct ImportKind {
  std::string name;  // as --kind and the log have it
  std::function<std::optional<std::string>(const TableRow&)> take;
  std::function<bool(ImportMode)> write;                   // in one transaction; true: something was changed
  std::function<Json()> counts;                            // of what is written so far
  std::vector<std::pair<const char*, const char*>> words;  // what to say for each count, in this order
};

// Throws Failure(wrong_use) for a reason that may not be kept, or a list that is not there.
void check_import(const Config& config, const ImportOptions& options);

// The exit code.
int run_import(const ImportKind& kind, TableFile& file, const ImportOptions& options);

}  // namespace optledger::cli
