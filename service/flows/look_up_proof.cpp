#include "service/flows/look_up_proof.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace optledger {
namespace {

struct HeldReceipt {
  ErasureReceipt receipt;
  std::string declaration;
};

using Found = std::variant<HeldEvidence, HeldReceipt, NothingHeld, ListNeeded>;

// Where evidence or a receipt is, in the order of their names.
std::vector<std::string> lists_about(const Fingerprint& person, Reading& reading) {
  auto lists = reading.lists_of(person);
  for (const auto& receipt : reading.erasure_receipts(person)) lists.push_back(receipt.list);
  std::sort(lists.begin(), lists.end());
  lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
  return lists;
}

std::optional<HeldReceipt> last_receipt(const Fingerprint& person, const std::string& list,
                                        Reading& reading) {
  const auto receipts = reading.erasure_receipts(person);
  const auto last = std::find_if(receipts.rbegin(), receipts.rend(),
                                 [&list](const ErasureReceipt& receipt) { return receipt.list == list; });
  if (last == receipts.rend()) return std::nullopt;
  return HeldReceipt{*last, declaration_of(*last, reading)};
}

Found find(const ProofRequest& request, const Fingerprint& person, const Config& config, Reading& reading) {
  std::string list;
  if (request.list) {
    list = *request.list;
  } else {
    auto lists = lists_about(person, reading);
    if (lists.size() > 1) return ListNeeded{std::move(lists)};
    if (lists.empty()) return NothingHeld{};
    list = lists.front();
  }
  if (auto held = gather_evidence(request.address, person, list, Spellings::one, config, reading))
    return std::move(*held);
  if (auto receipt = last_receipt(person, list, reading)) return std::move(*receipt);
  return NothingHeld{};
}

Json receipt_json(const HeldReceipt& held, const EmailAddress& asked, const Config& config, Instant now) {
  const auto& receipt = held.receipt;
  return {{"format", "optledger-erasure-receipt/1"},
          {"issued_at", to_rfc3339(now)},
          {"controller", controller_in_proof(config.controller)},
          {"subject", {{"email", asked.text()}, {"list", receipt.list}}},
          {"erased_at", to_rfc3339(receipt.erased_at)},
          {"method", receipt.method},
          {"consents", consents_among(receipt.periods)},
          {"permissions", permissions_among(receipt.periods)},
          {"declaration", {{"sha256", to_hex(receipt.declaration)}, {"text", held.declaration}}},
          {"kept_until", to_rfc3339(receipt.kept_until)}};
}

}  // namespace

std::string declaration_of(const ErasureReceipt& receipt, Reading& reading) {
  return reading.document(receipt.declaration).value();
}

std::optional<Json> evidence_about(const EmailAddress& asked, const Fingerprint& person,
                                   const std::string& list, const Config& config, Instant now,
                                   Reading& reading) {
  const auto held = gather_evidence(asked, person, list, Spellings::all, config, reading);
  if (!held) return std::nullopt;
  return assemble_evidence(held->parts, config.retention.proof_window, now);
}

std::optional<std::string> problem_with_reason(std::string_view reason) {
  if (trim_ascii_space(reason).empty()) return "say why the data is needed, for example a case number";
  if (!is_utf8(reason) || has_control_character(reason)) return "must be one line of text";
  if (count_characters(reason) > 500) return "must be at most 500 characters";
  if (reason.find('@') != std::string_view::npos) return "must not contain an e-mail address";
  return std::nullopt;
}

ProofResult look_up_proof(const ProofRequest& request, const ProofDesk& desk) {
  const Issuing issuing{desk.clock.now(), fresh_digest(desk.entropy), published_size(desk.ledger)};
  const auto now = issuing.now;
  const auto person = fingerprint_of(request.address, desk.key);
  const auto& config = desk.config;
  using Answer = std::variant<IssuedProof, HeldReceipt, NothingHeld, ListNeeded>;
  const auto answer = write_to(desk.store, [&](Transaction& transaction) -> Answer {
    transaction.keep_act({now, "proof", request.operator_name, request.reason, request.list, end_of({}, now)},
                         person);
    auto found = find(request, person, config, transaction);
    if (auto* lists = std::get_if<ListNeeded>(&found)) return std::move(*lists);
    if (auto* receipt = std::get_if<HeldReceipt>(&found)) return std::move(*receipt);
    auto* held = std::get_if<HeldEvidence>(&found);
    if (held == nullptr) return NothingHeld{};
    return issue_proof(std::move(*held), issuing, config.retention.proof_window, transaction);
  });
  if (const auto* lists = std::get_if<ListNeeded>(&answer)) return *lists;
  if (const auto* receipt = std::get_if<HeldReceipt>(&answer)) {
    return ErasedPerson{receipt_json(*receipt, request.address, config, now)};
  }
  const auto* issued = std::get_if<IssuedProof>(&answer);
  if (issued == nullptr) return NothingHeld{};
  auto files = finish_proofs({*issued}, desk);
  if (!files) return LedgerBehind{};
  return std::move(files->front());
}

}  // namespace optledger
