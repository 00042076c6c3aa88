#include "service/cli/import_run.hpp"
#include "service/cli/state.hpp"
#include "service/flows/permit_customers.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace optledger::cli {
namespace {

Wording notice_in(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) throw Failure(wrong_use, "cannot read " + path.string());
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.erase(0, mark.size());
  auto notice = parse_notice(text);
  if (!notice) throw Failure(wrong_use, fmt::format("the notice in {} {}", path.string(), notice.error()));
  return std::move(*notice);
}

PermissionTerms terms_of(const Config& config, const ImportOptions& options, Instant now) {
  auto terms = permission_terms(config, now);
  if (options.list) terms.list = options.list;
  if (options.notice) terms.notice = notice_in(*options.notice);
  return terms;
}

std::string reason_of(const PermissionProblems& problems) {
  std::string reason;
  for (const auto& problem : problems) {
    reason += fmt::format("{}{}: {}", reason.empty() ? "" : "; ", problem.field, problem.detail);
  }
  return reason;
}

Json to_json(const PermitCounts& counts) {
  return {{"new", counts.permitted}, {"already", counts.already}, {"suppressed", counts.suppressed}};
}

}  // namespace

int import_subscribers(const Config& config, const ImportOptions& options) {
  check_import(config, options);
  if (options.as) throw Failure(wrong_use, "--as belongs to --kind suppressions");
  SystemClock clock;
  SystemEntropy entropy;
  TableFile file(options.file, permission_columns());
  const auto terms = terms_of(config, options, clock.now());
  const auto state = open_state(config, clock, entropy);
  std::vector<Permission> permissions;
  PermitCounts counts;
  const ImportKind kind{.name = "subscribers",
                        .take = [&](const TableRow& row) -> std::optional<std::string> {
                          auto permission = parse_permission(permission_row(row), terms);
                          if (!permission) return reason_of(permission.error());
                          permissions.push_back(std::move(*permission));
                          return std::nullopt;
                        },
                        .write =
                            [&](ImportMode mode) {
                              const auto batch = std::exchange(permissions, {});
                              if (batch.empty()) return false;
                              const auto some = permit_customers(batch, mode, state.keys.fingerprint,
                                                                 *state.store, clock, entropy);
                              counts += some;
                              return some.permitted > 0;
                            },
                        .counts = [&] { return to_json(counts); },
                        .words = {{"new", "subscribed now, by permission"},
                                  {"already", "subscribed before"},
                                  {"suppressed", "not to be mailed, so left alone"},
                                  {"refused", "refused"}}};
  return run_import(kind, file, options);
}

}  // namespace optledger::cli
