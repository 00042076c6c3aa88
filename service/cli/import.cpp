#include "service/cli/commands.hpp"
#include "service/cli/output_file.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/cli/suppression_file.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/import_suppressions.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/ops/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace optledger::cli {
namespace {

constexpr std::size_t rows_at_once = 500;
// Between two transactions. A running `serve` looks for a free database only every so often (SQLite's busy
// handler); without a pause, sign-ups beside an import waited up to a second, with it 50 ms.
constexpr std::chrono::milliseconds pause_for_others{20};
constexpr std::size_t most_refusals_shown = 100;

// Which rows were refused, and why: the first ones for the terminal, all of them in the report.
class RefusedRows {
 public:
  explicit RefusedRows(const std::optional<std::filesystem::path>& report) {
    if (!report) return;
    report_.emplace(*report);
    report_->write(csv_line({"line", "reason"}));
  }
  void add(const SuppressionFile::Row& row, const std::string& reason) {
    const auto lines = row.first_line == row.last_line ? std::to_string(row.first_line)
                                                       : fmt::format("{}-{}", row.first_line, row.last_line);
    ++count_;
    if (report_) report_->write(csv_line({lines, reason}));
    if (shown_.size() < most_refusals_shown) shown_.push_back(fmt::format("line {}: {}", lines, reason));
  }
  void finish() {
    for (const auto& line : shown_) fmt::print(stderr, "{}\n", line);
    if (const auto more = count_ - shown_.size(); more > 0) {
      fmt::print(stderr, "and {} more rows; --report FILE gets all of them\n", more);
    }
    if (report_) report_->finish();
  }
  std::size_t count() const { return count_; }

 private:
  std::optional<OutputFile> report_;
  std::vector<std::string> shown_;
  std::size_t count_ = 0;
};

void check_options(const Config& config, const ImportOptions& options) {
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  if (options.list && config.list(*options.list) == nullptr) {
    throw Failure(wrong_use, "there is no list " + *options.list + " in the configuration");
  }
}

ImportTerms terms_of(const Config& config, const ImportOptions& options, const SuppressionFile& file,
                     const FingerprintKey& key, Instant now) {
  ImportTerms terms{.list = options.list,
                    .kind = suppression_kind_from(options.kind),
                    .known_lists = {},
                    .key = key,
                    .window = config.retention.proof_window,
                    .changed_at = std::min(file.changed_at(), now),
                    .now = now};
  for (const auto& list : config.lists) terms.known_lists.push_back(list.id);
  return terms;
}

struct Run {
  std::size_t rows = 0;
  ImportCounts counts;
};

// Adds to `run` what is on disk, also when it ends with an exception.
void import_all(SuppressionFile& file, const ImportTerms& terms, ImportMode mode, Store& store, Clock& clock,
                Entropy& entropy, RefusedRows& refused_rows, Run& run) {
  Progress progress(file.size());
  std::vector<Suppression> rules;
  const auto take_over = [&] {
    if (!rules.empty()) {
      const auto some = import_suppressions(rules, mode, terms.window, store, clock, entropy);
      run.counts += some;
      if (mode == ImportMode::apply && some.kept > 0) std::this_thread::sleep_for(pause_for_others);
    }
    rules.clear();
    progress.show(file.octets_read(), fmt::format("{} rows", run.rows));
  };
  while (const auto row = file.next()) {
    ++run.rows;
    const auto rule =
        row->content ? imported_rule(*row->content, terms) : tl::unexpected(row->content.error());
    if (rule) {
      rules.push_back(*rule);
    } else {
      refused_rows.add(*row, rule.error());
    }
    if (run.rows % rows_at_once == 0) take_over();
  }
  take_over();
}

Json facts_of(const Run& run, const RefusedRows& refused_rows, const ImportOptions& options) {
  return {{"dry_run", options.dry_run},      {"rows", run.rows},
          {"new", run.counts.kept},          {"known", run.counts.known},
          {"over", run.counts.over},         {"overtaken", run.counts.overtaken},
          {"refused", refused_rows.count()}, {"subscriptions_ended", run.counts.ended}};
}

void print(const Json& facts, const ImportOptions& options) {
  if (options.json) {
    fmt::print("{}\n", facts.dump());
    return;
  }
  const auto number = [&facts](const char* name) { return facts.at(name).get<std::int64_t>(); };
  fmt::print(
      "{}{} rows read\n{} rules new or stricter than before\n{} already known, as strict or stricter\n"
      "{} already over\n{} overtaken by a later consent\n{} refused\n{} subscriptions ended\n",
      options.dry_run ? "Nothing was changed; an import would say:\n" : "", number("rows"), number("new"),
      number("known"), number("over"), number("overtaken"), number("refused"), number("subscriptions_ended"));
}

void log_run(const char* event, const ImportOptions& options, Json facts) {
  if (options.dry_run) return;
  facts["operator"] = operating_user();
  facts["reason"] = options.reason;
  log_event(LogLevel::info, event, facts);
}

}  // namespace

int import_from(const Config& config, const ImportOptions& options) {
  check_options(config, options);
  SystemClock clock;
  SystemEntropy entropy;
  SuppressionFile file(options.file);
  RefusedRows refused_rows(options.report);
  const auto state = open_state(config, clock, entropy);
  const auto terms = terms_of(config, options, file, state.keys.fingerprint, clock.now());
  const auto mode = options.dry_run ? ImportMode::look : ImportMode::apply;
  Run run;
  log_run("suppressions_import_started", options, Json::object());
  try {
    import_all(file, terms, mode, *state.store, clock, entropy, refused_rows, run);
  } catch (const StoreUnavailable& error) {
    log_run("suppressions_import_stopped", options, facts_of(run, refused_rows, options));
    throw Failure(try_again_later, fmt::format("{}; run it again: what is done stays done", error.what()));
  }
  log_run("suppressions_imported", options, facts_of(run, refused_rows, options));
  refused_rows.finish();
  print(facts_of(run, refused_rows, options), options);
  return refused_rows.count() == 0 ? done : refused;
}

}  // namespace optledger::cli
