#include "service/flows/gather_evidence.hpp"

#include "lib/base/hash.hpp"
#include "service/flows/send_letters.hpp"

#include <algorithm>
#include <stdexcept>

namespace optledger {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// A repeated sign-up may have come in another spelling than the one it repeats: what counts is the record's.
struct Found {
  StoredRecord stored;
  Json record;
  const Signup* signup = nullptr;
};

std::vector<Found> all_records(const std::vector<Signup>& signups, Reading& reading) {
  std::vector<Found> found;
  for (const auto& signup : signups) {
    if (!signup.address) continue;
    for (auto& stored : reading.records(signup.id)) {
      auto record = Json::parse(stored.body);
      found.push_back({std::move(stored), std::move(record), &signup});
    }
  }
  std::sort(found.begin(), found.end(), [](const Found& left, const Found& right) {
    return left.stored.leaf_index < right.stored.leaf_index;
  });
  return found;
}

std::vector<EmailAddress> spellings_in(const std::vector<Found>& found) {
  std::vector<EmailAddress> spellings;
  for (const auto& one : found) {
    const auto address = EmailAddress::parse(one.record.at("email").get_ref<const std::string&>());
    if (std::find(spellings.begin(), spellings.end(), address.value()) == spellings.end()) {
      spellings.push_back(*address);
    }
  }
  return spellings;
}

std::optional<EmailAddress> subject_of(const EmailAddress& asked, const std::vector<Signup>& signups,
                                       const std::vector<EmailAddress>& spellings) {
  if (std::find(spellings.begin(), spellings.end(), asked) != spellings.end()) return asked;
  std::optional<EmailAddress> latest;
  for (const auto& signup : signups) {
    if (signup.address) latest = signup.address;
  }
  return latest;
}

void gather_documents(const Found& found, Reading& reading, ProofParts& parts) {
  const auto named = hashes_named_by(found.record);
  for (const auto& hash : named.texts) {
    parts.texts.emplace(hash, reading.document(digest_from_hex(hash).value()).value());
  }
  for (const auto& hash : named.letters) {
    if (parts.letters.contains(hash)) continue;
    const auto& basis = found.signup->letter.value();
    const auto letter = masked_letter(*found.signup, reading.document(basis.letter_template).value(),
                                      reading.document(basis.facts).value());
    if (to_hex(sha256(letter.message)) != hash) {
      throw std::runtime_error("a letter in evidence cannot be reproduced by this version");
    }
    parts.letters.emplace(hash, letter.message);
  }
}

}  // namespace

std::vector<EmailAddress> spellings_of(const Fingerprint& person, const std::string& list, Reading& reading) {
  return spellings_in(all_records(reading.signups(person, list), reading));
}

std::optional<HeldEvidence> gather_evidence(const EmailAddress& asked, const Fingerprint& person,
                                            const std::string& list, Spellings spellings,
                                            const Config& config, Reading& reading) {
  const auto signups = reading.signups(person, list);
  const auto found = all_records(signups, reading);
  const auto subject = subject_of(asked, signups, spellings_in(found));
  if (!subject) return std::nullopt;
  HeldEvidence held{{controller_in_proof(config.controller), *subject, list, {}, {}, {}}, {}};
  for (const auto& one : found) {
    if (spellings == Spellings::one && one.record.at("email") != subject->text()) continue;
    held.signup = one.signup->id;
    held.parts.records.push_back(
        {static_cast<std::uint64_t>(one.stored.leaf_index), one.stored.salt, one.stored.body});
    gather_documents(one, reading, held.parts);
  }
  if (held.parts.records.empty()) return std::nullopt;
  return held;
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

}  // namespace optledger
