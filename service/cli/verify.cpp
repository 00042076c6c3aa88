#include "lib/base/json.hpp"
#include "lib/base/line_reader.hpp"
#include "lib/base/text.hpp"
#include "lib/proof/carried_proof.hpp"
#include "lib/proof/verify_proof.hpp"
#include "service/anchors/timestamp.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/output_file.hpp"
#include "service/cli/tile_source.hpp"
#include "service/cli/verified_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace optledger::cli {
namespace {

constexpr std::size_t longest_line = 4096;  // of what is printed

std::string required_file(const std::filesystem::path& file) {
  auto bytes = read_file(file);
  if (!bytes) throw Failure(wrong_use, fmt::format("cannot read {}: {}", file.string(), bytes.error()));
  return std::move(*bytes);
}

VerifierKey required_key(const std::string& text) {
  const auto key = parse_verifier_key(trim_ascii_space(text));
  if (!key) throw Failure(wrong_use, "--key: not a verifier key like example.com/ledger+530d903a+AekyeR…");
  return *key;
}

TimestampCheck timestamp_check(const std::optional<std::filesystem::path>& ca_file) {
  const auto ca = ca_file ? std::optional(required_file(*ca_file)) : std::nullopt;
  return [ca](std::string_view token, std::string_view message) -> tl::expected<TimestampWord, std::string> {
    const auto timestamp =
        verify_timestamp(token, message, ca ? std::optional<std::string_view>(*ca) : std::nullopt);
    if (!timestamp) return tl::unexpected(timestamp.error());
    return TimestampWord{timestamp->at, timestamp->authority, ca.has_value()};
  };
}

Beside brought_along(const VerifyOptions& options) {
  Beside beside;
  for (const auto& key : options.keys) beside.keys.push_back(required_key(key));
  for (const auto& file : options.checkpoints) {
    beside.checkpoints.push_back({file.string(), required_file(file)});
  }
  beside.check_timestamp = timestamp_check(options.tsa_ca);
  if (!options.tiles) return beside;
  const auto source = tile_source(*options.tiles);
  beside.tiles = source.tiles;
  if (!options.checkpoints.empty()) return beside;
  try {
    beside.checkpoints.push_back({*options.tiles, source.checkpoint()});
  } catch (const std::exception& error) {
    throw Failure(wrong_use, fmt::format("--tiles {}: {}", *options.tiles, error.what()));
  }
  return beside;
}

// Of one proof, or of the whole run: the worst counts.
enum class Result { holds, fails, unreadable };

ExitCode exit_code(Result result) {
  if (result == Result::holds) return done;
  return result == Result::fails ? refused : wrong_use;
}

const char* to_text(Result result) {
  if (result == Result::holds) return "holds";
  return result == Result::fails ? "fails" : "unreadable";
}

// Says what was found about one file after the other, each as soon as it is known.
class Report {
 public:
  explicit Report(bool json) : json_(json) {}

  void add(const std::string& name, const Verification& verification, bool briefly) {
    const auto result = verification.holds() ? Result::holds : Result::fails;
    worst_ = std::max(worst_, result);
    if (json_) return print_json(name, result, verification, {});
    if (!briefly) print("{}: {}", name, subject_of(verification));
    for (const auto& claim : verification.claims) {
      if (!briefly || claim.holds == false) print("  {} {}", mark_of(claim), claim.sentence);
    }
    print("{}: {}", name, result == Result::holds ? "holds" : "DOES NOT HOLD");
  }

  void add_unreadable(const std::string& name, const std::string& why) {
    worst_ = Result::unreadable;
    if (json_) return print_json(name, Result::unreadable, {}, why);
    print("{}: cannot be read: {}", name, why);
  }

  Result worst() const { return worst_; }

 private:
  static std::string subject_of(const Verification& verification) {
    if (verification.email.empty()) return "?";
    return fmt::format("about {} on the list {}", verification.email, verification.list);
  }
  static const char* mark_of(const Claim& claim) {
    if (!claim.holds) return "open";
    return *claim.holds ? "yes " : "NO  ";
  }
  // What a file says must not move the cursor.
  template <typename... Values>
  static void print(fmt::format_string<Values...> format, Values&&... values) {
    const auto text = fmt::format(format, std::forward<Values>(values)...);
    const auto indent = std::min(text.find_first_not_of(' '), text.size());
    fmt::print("{}{}\n", text.substr(0, indent), to_one_line(text.substr(indent), longest_line));
  }
  static void print_json(const std::string& name, Result result, const Verification& verification,
                         const std::string& why) {
    Json claims = Json::array();
    for (const auto& claim : verification.claims) {
      claims.push_back({{"claim", claim.about},
                        {"holds", claim.holds ? Json(*claim.holds) : Json(nullptr)},
                        {"text", claim.sentence}});
    }
    Json subject;
    if (!verification.email.empty()) subject = {{"email", verification.email}, {"list", verification.list}};
    Json line = {{"file", name}, {"result", to_text(result)}, {"subject", subject}, {"claims", claims}};
    if (!why.empty()) line["problem"] = why;
    fmt::print("{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  bool json_;
  Result worst_ = Result::holds;
};

void write_tlog_proofs(const std::string& json, const std::filesystem::path& proof_file,
                       const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [index, text] : tlog_proofs(json)) {
    OutputFile out(folder / fmt::format("{}-{}.tlog-proof", proof_file.stem().string(), index));
    out.write(text);
    out.finish();
  }
}

void verify_one(const std::filesystem::path& file, const Beside& beside, const VerifyOptions& options,
                Report& report) {
  const auto bytes = read_file(file);
  if (!bytes) return report.add_unreadable(file.string(), bytes.error());
  const auto carried = proof_carried_by(*bytes);
  if (!carried) return report.add_unreadable(file.string(), carried.error());
  auto verification = verify_proof(carried->json, beside);
  if (carried->in_page) {
    verification.claims.push_back(
        {"page", std::nullopt, "only the data inside the page is covered, not its words"});
  }
  report.add(file.string(), verification, false);
  if (options.tlog_proofs && verification.holds()) {
    write_tlog_proofs(carried->json, file, *options.tlog_proofs);
  }
}

// What export wrote: a proof on each line.
void verify_lines(const std::filesystem::path& file, const Beside& beside, Report& report) {
  LineReader lines(largest_verified_file);
  const auto verify_line = [&](const Line& line) {
    const auto name = fmt::format("{}:{}", file.string(), line.number);
    if (line.too_long) return report.add_unreadable(name, "larger than 256 MiB");
    report.add(name, verify_proof(line.text, beside), true);
  };
  const auto read = read_pieces(file, [&](const std::string& piece) {
    lines.feed(piece);
    while (const auto line = lines.next()) verify_line(*line);
    return true;
  });
  if (!read) return report.add_unreadable(file.string(), read.error());
  if (const auto line = lines.last()) verify_line(*line);
}

}  // namespace

int verify(const VerifyOptions& options) {
  const auto beside = brought_along(options);
  Report report(options.json);
  for (const auto& file : options.files) {
    if (file.extension() == ".jsonl" || file.extension() == ".ndjson") {
      verify_lines(file, beside, report);
    } else {
      verify_one(file, beside, options, report);
    }
  }
  return exit_code(report.worst());
}

}  // namespace optledger::cli
