#include "lib/proof/consent_views.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/http/pages.hpp"
#include "service/http/proof_page.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace optledger::cli {
namespace {

std::string rendered(const Json& proof, const Config& config, const std::string& format) {
  if (format == "json") return to_canonical_json(proof);
  if (format == "kantara" || format == "dpv") {
    const auto view = format == "kantara" ? kantara_receipt(proof) : dpv_record(proof);
    if (!view) throw Failure(refused, "no consent is on record, so there is none to show in this form");
    return view->dump(2) + "\n";
  }
  const http::Templates templates(config.server.templates);
  const http::Pages pages(
      templates, {config.controller.name, config.controller.imprint_url, config.controller.privacy_url, {}});
  const auto* list = config.list(proof.at("subject").at("list").get_ref<const std::string&>());
  const http::PrintedProof printed{.list = list};
  return format == "pdf" ? http::proof_pdf(proof, printed, pages) : http::proof_page(proof, printed, pages);
}

void write_private_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  out << text;
  out.close();
  if (!out) throw Failure(refused, "cannot write " + file.string());
}

std::filesystem::path file_for_list(std::filesystem::path file, const std::string& list) {
  const auto name = file.stem().string() + "-" + list + file.extension().string();
  return file.replace_filename(name);
}

}  // namespace

int proof(const Config& config, const ProofOptions& options) {
  const auto address = EmailAddress::parse(options.email);
  if (!address) throw Failure(wrong_use, "not an e-mail address: " + address.error());
  if (const auto problem = problem_with_reason(options.reason))
    throw Failure(wrong_use, "--reason " + *problem);

  if (options.format == "pdf" && !options.output && ::isatty(STDOUT_FILENO) == 1) {
    throw Failure(wrong_use, "a PDF is nothing for a terminal: say where to with -o FILE");
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const auto look_up = [&](const std::optional<std::string>& list) {
    auto result = look_up_proof({*address, list, options.reason, operating_user()},
                                {config, state.keys.fingerprint, state.ledger, *state.store, clock, entropy});
    if (std::holds_alternative<LedgerBehind>(result)) {
      throw Failure(try_again_later,
                    "the ledger is behind: the records are not under a signed checkpoint yet");
    }
    return result;
  };
  const auto deliver = [&](const Json& found, const std::optional<std::filesystem::path>& file) {
    const auto text = rendered(found, config, options.format);
    if (file) return write_private_file(*file, text);
    fmt::print("{}", text);
  };

  const auto result = look_up(options.list);
  if (std::holds_alternative<NothingHeld>(result))
    throw Failure(refused, "nothing is held about this address");
  if (const auto* erased = std::get_if<ErasedPerson>(&result)) {
    deliver(erased->receipt, options.output);
    return done;
  }
  if (const auto* found = std::get_if<Json>(&result)) {
    deliver(*found, options.output);
    return done;
  }
  const auto& lists = std::get<ListNeeded>(result).lists;
  if (!options.output) {
    throw Failure(refused,
                  fmt::format("the address is on several lists: give --list, or -o for one file each"));
  }
  for (const auto& list : lists) {
    const auto one = look_up(list);
    if (const auto* found = std::get_if<Json>(&one)) deliver(*found, file_for_list(*options.output, list));
    if (const auto* erased = std::get_if<ErasedPerson>(&one)) {
      deliver(erased->receipt, file_for_list(*options.output, list));
    }
  }
  return done;
}

}  // namespace optledger::cli
