#include "service/flows/look_up_proof.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"
#include "service/flows/send_letters.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// The spelling that was asked for when it was used, else the latest one: consent is proven per literal
// address, and the fingerprint finds other spellings of the local part too.
std::optional<EmailAddress> subject_of(const EmailAddress& asked, const std::vector<Signup>& signups) {
  std::optional<EmailAddress> latest;
  for (const auto& signup : signups) {
    if (!signup.address) continue;
    if (*signup.address == asked) return asked;
    latest = signup.address;
  }
  return latest;
}

struct Held {
  EmailAddress subject;
  std::vector<StoredRecord> records;
  std::map<std::string, std::string> texts;
  std::map<std::string, std::string> letters;
};

void gather_documents(const StoredRecord& record, const Signup& signup, Reading& reading, Held& held) {
  const auto named = hashes_named_by(Json::parse(record.body));
  for (const auto& hash : named.texts) {
    held.texts.emplace(hash, reading.document(digest_from_hex(hash).value()).value());
  }
  for (const auto& hash : named.letters) {
    if (held.letters.contains(hash)) continue;
    const auto& basis = signup.letter.value();
    const auto letter = masked_letter(signup, reading.document(basis.letter_template).value(),
                                      reading.document(basis.facts).value());
    if (to_hex(sha256(letter.message)) != hash) {
      throw std::runtime_error("a letter in evidence cannot be reproduced by this version");
    }
    held.letters.emplace(hash, letter.message);
  }
}

std::optional<Held> gather(const EmailAddress& asked, const Fingerprint& person, const std::string& list,
                           Reading& reading) {
  const auto signups = reading.signups(person, list);
  const auto subject = subject_of(asked, signups);
  if (!subject) return std::nullopt;
  Held held{*subject, {}, {}, {}};
  for (const auto& signup : signups) {
    if (signup.address != subject) continue;
    for (const auto& record : reading.records(signup.id)) {
      held.records.push_back(record);
      gather_documents(record, signup, reading, held);
    }
  }
  std::sort(held.records.begin(), held.records.end(),
            [](const auto& left, const auto& right) { return left.leaf_index < right.leaf_index; });
  return held;
}

struct HeldReceipt {
  ErasureReceipt receipt;
  std::string declaration;
};

using Found = std::variant<Held, HeldReceipt, NothingHeld, ListNeeded>;

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

Found find(const ProofRequest& request, const Fingerprint& person, Reading& reading, std::string& list) {
  if (request.list) {
    list = *request.list;
  } else {
    auto lists = lists_about(person, reading);
    if (lists.size() > 1) return ListNeeded{std::move(lists)};
    if (lists.empty()) return NothingHeld{};
    list = lists.front();
  }
  if (auto held = gather(request.address, person, list, reading)) return std::move(*held);
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

Json assemble(const Held& held, const std::string& list, const Config& config, Instant now) {
  ProofParts parts{controller_in_proof(config.controller), held.subject, list, {}, held.texts, held.letters};
  for (const auto& record : held.records) parts.records.push_back({record.salt, record.body});
  return assemble_proof(parts, config.retention.proof_window, now);
}

}  // namespace

std::string declaration_of(const ErasureReceipt& receipt, Reading& reading) {
  return reading.document(receipt.declaration).value();
}

std::optional<Json> proof_about(const EmailAddress& asked, const Fingerprint& person, const std::string& list,
                                const Config& config, Instant now, Reading& reading) {
  const auto held = gather(asked, person, list, reading);
  if (!held) return std::nullopt;
  return assemble(*held, list, config, now);
}

std::optional<std::string> problem_with_reason(std::string_view reason) {
  if (trim_ascii_space(reason).empty()) return "say why the data is needed, for example a case number";
  if (!is_utf8(reason) || has_control_character(reason)) return "must be one line of text";
  if (count_characters(reason) > 500) return "must be at most 500 characters";
  if (reason.find('@') != std::string_view::npos) return "must not contain an e-mail address";
  return std::nullopt;
}

Json controller_in_proof(const ControllerConfig& controller) {
  return {{"name", controller.name},
          {"street", controller.street},
          {"postal_code", controller.postal_code},
          {"city", controller.city},
          {"country", controller.country},
          {"email", controller.email},
          {"phone", text_or_null(controller.phone)},
          {"contact", text_or_null(controller.contact)},
          {"legal_lines", controller.legal_lines},
          {"jurisdiction", text_or_null(controller.jurisdiction)},
          {"supervisory_authority", text_or_null(controller.supervisory_authority)},
          {"imprint_url", text_or_null(controller.imprint_url)},
          {"privacy_url", text_or_null(controller.privacy_url)}};
}

ProofResult look_up_proof(const ProofRequest& request, const Config& config, const FingerprintKey& key,
                          Store& store, Clock& clock) {
  const auto now = clock.now();
  const auto person = fingerprint_of(request.address, key);
  std::string list;
  auto found = write_to(store, [&](Transaction& transaction) {
    transaction.keep_act({now, "proof", request.operator_name, request.reason, request.list, end_of({}, now)},
                         person);
    return find(request, person, transaction, list);
  });
  if (const auto* lists = std::get_if<ListNeeded>(&found)) return *lists;
  if (const auto* receipt = std::get_if<HeldReceipt>(&found)) {
    return ErasedPerson{receipt_json(*receipt, request.address, config, now)};
  }
  const auto* held = std::get_if<Held>(&found);
  if (held == nullptr) return NothingHeld{};
  return assemble(*held, list, config, now);
}

}  // namespace optledger
