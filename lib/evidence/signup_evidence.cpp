#include "lib/evidence/signup_evidence.hpp"

#include <algorithm>

namespace optledger {
namespace {

constexpr Duration longest_unconfirmed =
    std::chrono::hours{24 * 14};  // what the configuration allows at most

std::string text_or_empty(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

std::optional<Instant> time_of(const Json& json) {
  const auto instant = parse_rfc3339(text_or_empty(json));
  return instant ? std::optional(*instant) : std::nullopt;
}

bool is_kind(const KnownRecord& record, RecordKind kind) { return record.record.at("kind") == to_text(kind); }

void examine_belonging(const SignupStanding& standing, const EvidenceTerms& terms, Doubt& doubt) {
  const auto& signup = standing.signup;
  const auto own = signup.address ? signup.address->text() : std::string();
  if (signup.address) {
    doubt.demand(fingerprint_of(*signup.address, terms.fingerprint_key) == signup.fingerprint,
                 "its address is not the one of its fingerprint");
  }
  for (const auto& [index, record] : standing.records) {
    const auto& email = record.at("email").get_ref<const std::string&>();
    doubt.demand(record.at("list") == signup.list, "record {} is about another list", index);
    if (email == own) continue;  // the usual case, and the dear one
    const auto address = EmailAddress::parse(email);
    doubt.demand(address && fingerprint_of(*address, terms.fingerprint_key) == signup.fingerprint,
                 "record {} is about another person", index);
  }
}

void examine_request(const SignupStanding& standing, Doubt& doubt) {
  const auto& signup = standing.signup;
  const auto& [index, record] = standing.records.front();
  const auto at = time_of(record.at("at"));
  doubt.demand(signup.basis == LegalBasis::double_opt_in, "record {} says that it is a double opt-in", index);
  doubt.demand(signup.requested_at == at, "record {} has another time of the request", index);
  doubt.demand(signup.address && signup.address->text() == text_or_empty(record.at("email")),
               "record {} has the address in another spelling", index);
  doubt.demand(signup.locale == text_or_empty(record.at("details").at("locale")),
               "record {} has another language", index);
  doubt.demand(signup.expires_at > signup.requested_at &&
                   signup.expires_at <= signup.requested_at + longest_unconfirmed,
               "its link is said to live until a time that no configuration allows");
}

// The provider's time for what it had before us, which the record has too.
std::optional<Instant> in_force_since(const Json& record) {
  const auto& details = record.at("details");
  const auto at = time_of(record.at("at"));
  if (!at || details.at("method") != "adopt") return at;
  const auto activated = time_of(details.at("activated"));
  return std::min(activated.value_or(time_of(details.at("registered")).value_or(*at)), *at);
}

void examine_import(const SignupStanding& standing, Doubt& doubt) {
  const auto& signup = standing.signup;
  const auto& [index, record] = standing.records.front();
  const auto since = in_force_since(record);
  doubt.demand(to_text(signup.basis) == text_or_empty(record.at("details").at("basis")),
               "record {} says another basis", index);
  doubt.demand(signup.requested_at == since && signup.confirmed_at == since,
               "record {} has another time since when it is in force", index);
  doubt.demand(signup.expires_at == time_of(record.at("at")), "record {} has another time", index);
  doubt.demand(signup.locale.empty(), "nobody told its language");
  doubt.demand(signup.address && signup.address->text() == text_or_empty(record.at("email")),
               "record {} has the address in another spelling", index);
}

// The nonce is known by the secrets that it gives: records have their hash.
void examine_token(const SignupStanding& standing, const EvidenceTerms& terms, Doubt& doubt) {
  for (const auto& entry : standing.records) {
    const bool has_own_token = is_kind(entry, RecordKind::letter_sent) ||
                               is_kind(entry, RecordKind::letter_failed) ||
                               is_kind(entry, RecordKind::confirmed);
    if (!has_own_token) continue;
    const auto& hash = entry.record.at("details").at("token_sha256").get_ref<const std::string&>();
    doubt.demand(is_hash_of(hash, TokenPurpose::confirm, terms.token_keys, standing.signup.id),
                 "record {} is about another link", entry.leaf_index);
  }
}

void examine_confirmation(const SignupStanding& standing, Doubt& doubt) {
  const auto& signup = standing.signup;
  const auto is_confirmation = [](const KnownRecord& one) { return is_kind(one, RecordKind::confirmed); };
  const auto first = std::find_if(standing.records.begin(), standing.records.end(), is_confirmation);
  if (first == standing.records.end()) {
    doubt.demand(!signup.confirmed_at, "no record says that it was confirmed");
    return;
  }
  doubt.demand(signup.confirmed_at == time_of(first->record.at("at")),
               "record {} has another time of the confirmation", first->leaf_index);
  doubt.demand(std::find_if(first + 1, standing.records.end(), is_confirmation) == standing.records.end(),
               "it was confirmed twice");
}

}  // namespace

void examine_signup(const SignupStanding& standing, const EvidenceTerms& terms, Doubt& doubt) {
  const bool is_cancelled = standing.signup.state == SignupState::cancelled;
  if (standing.records.empty()) {
    doubt.demand(is_cancelled, "it has no record");
    return;
  }
  if (!doubt.demand(!is_cancelled, "it is said to be cancelled, but record {} is still there",
                    standing.records.front().leaf_index)) {
    return;
  }
  examine_belonging(standing, terms, doubt);
  examine_token(standing, terms, doubt);
  if (is_kind(standing.records.front(), RecordKind::imported)) {
    examine_import(standing, doubt);
    return;
  }
  if (doubt.demand(is_kind(standing.records.front(), RecordKind::signup_requested),
                   "its first record, {}, is not that of a request", standing.records.front().leaf_index)) {
    examine_request(standing, doubt);
    examine_confirmation(standing, doubt);
  }
}

}  // namespace optledger
