#include "service/flows/export_proofs.hpp"

#include "service/cli/commands.hpp"
#include "service/cli/output_file.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/look_up_proof.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

constexpr int people_at_once = 200;

}  // namespace

int export_proofs(const Config& config, const ExportOptions& options) {
  if (options.csv) throw Failure(wrong_use, "proofs are JSON lines: leave out --csv");
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const ProofDesk desk{config, state.keys.fingerprint, state.ledger, *state.store, clock, entropy};
  const ProofExport wanted{options.list, options.reason, operating_user()};
  OutputFile out(options.output);
  Progress progress(0);
  std::uint64_t count = 0;
  for (std::optional<PersonOnOneList> last;;) {
    const auto page = optledger::export_proofs(last, people_at_once, wanted, desk);
    if (!page) throw Failure(try_again_later, "the ledger is behind: not all proofs were written");
    if (!page->last) break;
    for (const auto& proof : page->proofs) out.write(to_canonical_json(proof) + "\n");
    count += page->proofs.size();
    if (options.output) progress.show(count, fmt::format("{} proofs", count));
    last = page->last;
  }
  out.finish();
  return done;
}

}  // namespace optledger::cli
