#include "service/cli/import_run.hpp"
#include "service/cli/state.hpp"

#include <algorithm>

namespace optledger::cli {
namespace {

ImportTerms terms_of(const Config& config, const ImportOptions& options, const TableFile& file,
                     const FingerprintKey& key, Instant now) {
  ImportTerms terms{.list = options.list,
                    .kind = suppression_kind_from(options.as.value_or("unsubscribed")),
                    .known_lists = {},
                    .key = key,
                    .window = config.retention.proof_window,
                    .changed_at = std::min(file.changed_at(), now),
                    .now = now};
  for (const auto& list : config.lists) terms.known_lists.push_back(list.id);
  return terms;
}

Json to_json(const ImportCounts& counts) {
  return {{"new", counts.kept},
          {"known", counts.known},
          {"over", counts.over},
          {"overtaken", counts.overtaken},
          {"subscriptions_ended", counts.ended}};
}

}  // namespace

int import_suppressions(const Config& config, const ImportOptions& options) {
  check_import(config, options);
  if (options.notice) throw Failure(wrong_use, "--notice belongs to --kind subscribers");
  SystemClock clock;
  SystemEntropy entropy;
  TableFile file(options.file, suppression_columns());
  const auto state = open_state(config, clock, entropy);
  const auto terms = terms_of(config, options, file, state.keys.fingerprint, clock.now());
  std::vector<Suppression> rules;
  ImportCounts counts;
  const ImportKind kind{.name = "suppressions",
                        .take = [&](const TableRow& row) -> std::optional<std::string> {
                          const auto rule = imported_rule(suppression_row(row), terms);
                          if (!rule) return rule.error();
                          rules.push_back(*rule);
                          return std::nullopt;
                        },
                        .write =
                            [&](ImportMode mode) {
                              const auto batch = std::exchange(rules, {});
                              if (batch.empty()) return false;
                              const auto some = optledger::import_suppressions(batch, mode, terms.window,
                                                                               *state.store, clock, entropy);
                              counts += some;
                              return some.kept > 0;
                            },
                        .counts = [&] { return to_json(counts); },
                        .words = {{"new", "rules new or stricter than before"},
                                  {"known", "already known, as strict or stricter"},
                                  {"over", "already over"},
                                  {"overtaken", "overtaken by a later consent"},
                                  {"refused", "refused"},
                                  {"subscriptions_ended", "subscriptions ended"}}};
  return run_import(kind, file, options);
}

}  // namespace optledger::cli
