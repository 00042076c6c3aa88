#include "service/cli/import_run.hpp"

#include "service/cli/progress.hpp"
#include "service/cli/refused_rows.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/ops/log.hpp"

#include <fmt/format.h>

#include <thread>

namespace optledger::cli {
namespace {

constexpr std::size_t rows_at_once = 500;
// Between two transactions. A running `serve` looks for a free database only every so often (SQLite's busy
// handler); without a pause, sign-ups beside an import waited up to a second, with it 50 ms.
constexpr std::chrono::milliseconds pause_for_others{20};

// Counts the rows in `rows`, also when it ends with an exception.
void import_all(const ImportKind& kind, TableFile& file, ImportMode mode, RefusedRows& refused_rows,
                std::size_t& rows) {
  Progress progress(file.size());
  const auto write = [&] {
    if (kind.write(mode) && mode == ImportMode::apply) std::this_thread::sleep_for(pause_for_others);
    progress.show(file.octets_read(), fmt::format("{} rows", rows));
  };
  while (const auto row = file.next()) {
    ++rows;
    const auto refusal = row->content ? kind.take(*row->content) : std::optional(row->content.error());
    if (refusal) refused_rows.add(*row, *refusal);
    if (rows % rows_at_once == 0) write();
  }
  write();
}

Json facts_of(const ImportKind& kind, std::size_t rows, const RefusedRows& refused_rows,
              const ImportOptions& options) {
  auto facts = kind.counts();
  facts["dry_run"] = options.dry_run;
  facts["rows"] = rows;
  facts["refused"] = refused_rows.count();
  return facts;
}

void print(const ImportKind& kind, const Json& facts, const ImportOptions& options) {
  if (options.json) {
    fmt::print("{}\n", facts.dump());
    return;
  }
  if (options.dry_run) fmt::print("Nothing was changed; an import would say:\n");
  fmt::print("{} rows read\n", facts.at("rows").get<std::int64_t>());
  for (const auto& [name, words] : kind.words) {
    fmt::print("{} {}\n", facts.at(name).get<std::int64_t>(), words);
  }
}

void log_run(const ImportKind& kind, const char* what, const ImportOptions& options, Json facts) {
  if (options.dry_run) return;
  facts["operator"] = operating_user();
  facts["reason"] = options.reason;
  log_event(LogLevel::info, kind.name + what, facts);
}

}  // namespace

void check_import(const Config& config, const ImportOptions& options) {
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  if (options.list && config.list(*options.list) == nullptr) {
    throw Failure(wrong_use, "there is no list " + *options.list + " in the configuration");
  }
}

int run_import(const ImportKind& kind, TableFile& file, const ImportOptions& options) {
  RefusedRows refused_rows(options.report);
  std::size_t rows = 0;
  const auto facts = [&] { return facts_of(kind, rows, refused_rows, options); };
  log_run(kind, "_import_started", options, Json::object());
  try {
    import_all(kind, file, options.dry_run ? ImportMode::look : ImportMode::apply, refused_rows, rows);
  } catch (const StoreUnavailable& error) {
    log_run(kind, "_import_stopped", options, facts());
    throw Failure(try_again_later, fmt::format("{}; run it again: what is done stays done", error.what()));
  }
  log_run(kind, "_imported", options, facts());
  refused_rows.finish();
  print(kind, facts(), options);
  return refused_rows.count() == 0 ? done : refused;
}

}  // namespace optledger::cli
