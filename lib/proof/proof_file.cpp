#include "lib/proof/proof_file.hpp"

#include "lib/base/text.hpp"
#include "lib/person/email_address.hpp"
#include "lib/proof/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace optledger {
namespace {

constexpr std::size_t longest_user_agent = 512;

// Ends the reading at the first deviation; never leaves this file.
struct Malformed {
  std::string sentence;
};

// A value of the file, with its place there for the sentence that says what is wrong with it.
class Part {
 public:
  Part(const Json& value, std::string place) : value_(value), place_(std::move(place)) {}

  [[noreturn]] void refuse(std::string_view what) const {
    throw Malformed{place_.empty() ? std::string(what) : fmt::format("{}: {}", place_, what)};
  }

  const Json& json() const { return value_; }
  bool is_null() const { return value_.is_null(); }

  // All of these members and no other.
  void expect_members(std::initializer_list<const char*> names) const {
    expect_object();
    for (const char* name : names) {
      if (!value_.contains(name)) refuse(fmt::format("the member {} is missing", name));
    }
    if (value_.size() == names.size()) return;
    for (const auto& [name, value] : value_.items()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        refuse(fmt::format("unknown member {}", to_one_line(name, 40)));
      }
    }
  }
  void expect_object() const {
    if (!value_.is_object()) refuse("not an object");
  }

  Part at(const std::string& name) const {
    return {value_.at(name), place_.empty() ? name : place_ + "." + name};
  }
  std::vector<Part> items() const {
    if (!value_.is_array()) refuse("not a list");
    std::vector<Part> parts;
    for (const auto& item : value_) parts.emplace_back(item, fmt::format("{}[{}]", place_, parts.size()));
    return parts;
  }

  const std::string& text() const {
    if (!value_.is_string()) refuse("not a text");
    return value_.get_ref<const std::string&>();
  }
  const std::string& filled_text() const {
    if (text().empty()) refuse("empty");
    return text();
  }
  void expect_text_or_null() const {
    if (!is_null()) filled_text();
  }
  std::uint64_t number() const {
    if (!value_.is_number_unsigned()) refuse("not a whole number from 0 up");
    return value_.get<std::uint64_t>();
  }
  Digest digest() const {
    const auto digest = digest_from_hex(text());
    if (!digest) refuse("not 64 lower-case hex digits");
    return *digest;
  }
  std::vector<Digest> digests() const {
    std::vector<Digest> all;
    for (const auto& item : items()) all.push_back(item.digest());
    return all;
  }
  Instant time() const {
    const auto at = parse_rfc3339(text());
    if (!at || to_rfc3339(*at) != text()) refuse("not a time like 2026-11-23T19:09:29.123Z");
    return *at;
  }
  std::string base64() const {
    auto bytes = from_base64(text());
    if (!bytes) refuse("not base64 in its one form");
    return std::move(*bytes);
  }

 private:
  const Json& value_;
  std::string place_;
};

// What the strict parser lets pass and a canonical form does not have. A non-negative number that was read
// with a sign is "-0".
void expect_canonical_values(const Part& part) {
  const auto& value = part.json();
  const auto expect_no_nul = [&part](const std::string& text) {
    if (text.find('\0') != std::string::npos) part.refuse("has the character U+0000");
  };
  if (value.is_string()) expect_no_nul(value.get_ref<const std::string&>());
  if (value.is_number_float()) part.refuse("not a whole number");
  if (value.is_number() && !value.is_number_unsigned() && value.get<std::int64_t>() >= 0) {
    part.refuse("a number with a sign it does not need");
  }
  if (value.is_number()) {
    constexpr std::int64_t limit = std::int64_t{1} << 53;
    const bool is_small = value.is_number_unsigned() ? value.get<std::uint64_t>() < std::uint64_t{limit}
                                                     : value.get<std::int64_t>() > -limit;
    if (!is_small) part.refuse("a number of 2^53 or more");
  }
  if (value.is_array()) {
    for (const auto& item : part.items()) expect_canonical_values(item);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    expect_no_nul(name);
    expect_canonical_values(part.at(name));
  }
}

void expect_hashes(const Part& details) {
  for (const char* name : {"wording", "privacy_notice", "notice", "letter", "token_sha256", "statement"}) {
    if (details.json().contains(name) && !details.at(name).is_null()) details.at(name).digest();
  }
}

// Sets kind, time and JSON.
void read_record(const Part& record, const ProofFile& file, ProofFile::Entry& entry) {
  record.expect_members({"kind", "at", "email", "list", "ip", "ip_source", "user_agent", "details"});
  const auto kind = record_kind_from(record.at("kind").text());
  if (!kind) record.at("kind").refuse("not a kind of record");
  entry.kind = *kind;
  entry.at = record.at("at").time();
  const auto expect_subject = [&](const char* name, const std::string& subject) {
    const auto expected = is_about_a_person(*kind) ? Json(subject) : Json(nullptr);
    if (record.at(name).json() != expected) record.at(name).refuse("not the subject's");
  };
  expect_subject("email", file.email);
  expect_subject("list", file.list);
  record.at("ip").expect_text_or_null();
  constexpr std::array sources = {IpSource::socket, IpSource::forwarded, IpSource::stated};
  const auto source = record.at("ip_source");
  const bool is_source = std::any_of(sources.begin(), sources.end(),
                                     [&source](IpSource one) { return source.json() == to_text(one); });
  if (!source.is_null() && !is_source) source.refuse("not socket, forwarded or stated");
  record.at("user_agent").expect_text_or_null();
  if (const auto agent = record.at("user_agent");
      !agent.is_null() && count_characters(agent.text()) > longest_user_agent) {
    agent.refuse("longer than 512 characters");
  }
  record.at("details").expect_object();
  expect_hashes(record.at("details"));
  entry.record = record.json();
}

void read_records(const Part& records, ProofFile& file) {
  for (const auto& part : records.items()) {
    part.expect_members({"record", "salt", "leaf_index", "leaf_hash", "inclusion"});
    ProofFile::Entry entry;
    read_record(part.at("record"), file, entry);
    entry.salt = part.at("salt").digest();
    entry.leaf_index = part.at("leaf_index").number();
    entry.leaf_hash = part.at("leaf_hash").digest();
    entry.inclusion = part.at("inclusion").digests();
    if (!file.records.empty() && file.records.back().leaf_index >= entry.leaf_index) {
      part.at("leaf_index").refuse("the records do not ascend");
    }
    file.records.push_back(std::move(entry));
  }
  if (file.records.empty()) records.refuse("empty");
}

// `Take` gives the bytes of one document.
template <typename Take>
std::map<std::string, std::string> read_documents(const Part& documents, const char* member, Take&& take) {
  documents.expect_object();
  std::map<std::string, std::string> bytes;
  for (const auto& [name, value] : documents.json().items()) {
    const auto document = documents.at(name);
    if (!digest_from_hex(name)) document.refuse("not named by 64 lower-case hex digits");
    document.expect_members({member});
    bytes[name] = take(document.at(member));
  }
  return bytes;
}

ParsedCheckpoint read_checkpoint(const Part& part) {
  auto checkpoint = parse_checkpoint_note(part.text());
  if (!checkpoint) part.refuse(checkpoint.error());
  return std::move(*checkpoint);
}

void read_ledger(const Part& ledger, ProofFile& file) {
  ledger.expect_members({"origin", "vkey", "checkpoint", "timestamps"});
  file.origin = ledger.at("origin").filled_text();
  const auto key = parse_verifier_key(ledger.at("vkey").text());
  if (!key || key->type != KeyType::ed25519) ledger.at("vkey").refuse("not the Ed25519 key of a ledger");
  file.key = *key;
  file.checkpoint = read_checkpoint(ledger.at("checkpoint"));
  for (const auto& part : ledger.at("timestamps").items()) {
    part.expect_members({"checkpoint", "consistency", "rfc3161"});
    file.timestamps.push_back({read_checkpoint(part.at("checkpoint")), part.at("consistency").digests(),
                               part.at("rfc3161").base64()});
  }
}

// Whatever a configuration says about the controller: texts, lists of texts, and null.
void expect_controller(const Part& controller) {
  controller.expect_object();
  for (const auto& [name, value] : controller.json().items()) {
    const auto part = controller.at(name);
    if (value.is_null()) continue;
    if (!value.is_array()) {
      part.text();
      continue;
    }
    for (const auto& line : part.items()) line.text();
  }
}

void expect_conclusion(const Part& conclusion) {
  conclusion.expect_members({"state", "consent_given_at", "consent_withdrawn_at", "held_until"});
  conclusion.at("state").text();
  for (const char* name : {"consent_given_at", "consent_withdrawn_at", "held_until"}) {
    if (!conclusion.at(name).is_null()) conclusion.at(name).time();
  }
}

void read_subject(const Part& subject, ProofFile& file) {
  subject.expect_members({"email", "list"});
  file.email = subject.at("email").text();
  const auto address = EmailAddress::parse(file.email);
  if (!address || address->text() != file.email) subject.at("email").refuse("not an address in its one form");
  file.list = subject.at("list").filled_text();
}

// Said first and in words, since other files of ours carry evidence too.
void expect_format(const Part& proof) {
  proof.expect_object();
  if (!proof.json().contains("format")) proof.refuse("the member format is missing");
  const auto& format = proof.at("format").text();
  if (format == "optledger-erasure-receipt/1") {
    proof.refuse("an erasure receipt: it has no seal, so nothing in it can be verified");
  }
  if (format == "optledger-evidence/1" || format == "optledger-personal-data/1") {
    proof.refuse("a person's own copy: it has no seal; ask for a proof");
  }
  if (format != proof_format) proof.refuse("not of the format optledger-proof/1");
}

ProofFile read_proof(const Json& json) {
  const Part proof(json, "");
  expect_format(proof);
  expect_canonical_values(proof);
  proof.expect_members({"format", "issued_at", "controller", "subject", "conclusion", "records", "wordings",
                        "letters", "ledger"});
  ProofFile file;
  file.issued_at = proof.at("issued_at").time();
  expect_controller(proof.at("controller"));
  read_subject(proof.at("subject"), file);
  expect_conclusion(proof.at("conclusion"));
  read_records(proof.at("records"), file);
  file.texts = read_documents(proof.at("wordings"), "text", [](const Part& text) { return text.text(); });
  file.letters =
      read_documents(proof.at("letters"), "message", [](const Part& message) { return message.base64(); });
  read_ledger(proof.at("ledger"), file);
  return file;
}

}  // namespace

tl::expected<ParsedCheckpoint, std::string> parse_checkpoint_note(std::string_view text) {
  auto note = parse_signed_note(text);
  if (!note) return tl::unexpected(std::string("not a signed note"));
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return tl::unexpected(std::string("not the checkpoint of a ledger"));
  return ParsedCheckpoint{std::string(text), std::move(*note), std::move(*checkpoint)};
}

tl::expected<ProofFile, std::string> parse_proof_file(std::string_view text) {
  auto json = parse_strict_json(text);
  if (!json) return tl::unexpected("not strict JSON: " + json.error());
  try {
    auto file = read_proof(*json);
    file.json = std::move(*json);
    return file;
  } catch (const Malformed& malformed) {
    return tl::unexpected(malformed.sentence);
  }
}

}  // namespace optledger
