#include "lib/suppression/suppression_row.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/output_file.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

constexpr int rules_at_once = 1000;  // each page is a read of its own, so that the log can be cut meanwhile

}  // namespace

int export_suppressions(const Config& config, const ExportOptions& options) {
  if (options.list) throw Failure(wrong_use, "--list belongs to --kind subscribers");
  SystemClock clock;
  SystemEntropy entropy;
  const auto now = clock.now();
  const auto state = open_state(config, clock, entropy);
  OutputFile out(options.output);
  if (options.csv) out.write(suppression_csv_header());
  Progress progress(0);
  std::uint64_t count = 0;
  std::optional<Suppression> last;
  for (;;) {
    const auto page =
        read_from(*state.store, [&](Reading& reading) { return reading.suppressions(last, rules_at_once); });
    if (page.empty()) break;
    for (const auto& rule : page) {
      // What is due is gone for everybody, also before the retention has come by.
      if (rule.until && *rule.until <= now) continue;
      out.write(options.csv ? to_csv_line(rule) : to_json_line(rule));
      ++count;
    }
    last = page.back();
    if (options.output) progress.show(count, fmt::format("{} rules", count));
  }
  out.finish();
  return done;
}

}  // namespace optledger::cli
