// A proof as a service makes it, and a dishonest service that seals whatever it is told to.
#pragma once

#include "lib/consent/commitment.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/proof/proof.hpp"
#include "tests/fakes/memory_ledger.hpp"

#include <string>
#include <vector>

namespace optledger::test {

inline Instant minute(int minutes) {
  return parse_rfc3339("2026-11-23T12:00:00.000Z").value() + std::chrono::minutes{minutes};
}

inline Digest salt_of(std::size_t number) { return sha256("salt " + std::to_string(number)); }

// Texts, a letter and the records of somebody who signed up, confirmed and unsubscribed.
struct Sample {
  std::string wording = "Ja, ich will. <b>Äußerst</b> gern.\n";
  std::string notice = "Datenschutz\n";
  std::string letter = "Subject: Bitte bestätigen\r\n\r\nhttps://example.de/confirm/********\r\n";
  std::string email = "Ada@example.org";
  std::string list = "news";

  std::vector<Record> records() const {
    const Origin browser{"192.0.2.7", IpSource::socket, "Mozilla/5.0 <script>"};
    const auto token = to_hex(sha256("token"));
    const auto record = [&](RecordKind kind, int at, const Origin& origin, Json details) {
      return Record{kind, minute(at), email, list, origin, std::move(details)};
    };
    return {record(RecordKind::signup_requested, 0, browser,
                   {{"wording", to_hex(sha256(wording))},
                    {"privacy_notice", to_hex(sha256(notice))},
                    {"locale", "de"},
                    {"purposes", {"newsletter"}},
                    {"source_url", nullptr},
                    {"signed_up_at", nullptr},
                    {"repeat", false}}),
            record(RecordKind::letter_sent, 1, {},
                   {{"letter", to_hex(sha256(letter))},
                    {"token_sha256", token},
                    {"message_id", "<1@example.de>"},
                    {"envelope_from", "news@example.de"},
                    {"envelope_to", email},
                    {"smtp_reply", "250 Ok"}}),
            record(RecordKind::confirmed, 5, browser, {{"token_sha256", token}, {"method", "page"}}),
            record(RecordKind::unsubscribed, 50, browser, {{"token_sha256", token}, {"method", "page"}})};
  }

  ProofParts parts() const {
    return {{{"name", "Example GmbH"}, {"phone", nullptr}, {"legal_lines", {"HRB 1"}}},
            EmailAddress::parse(email).value(),
            list,
            {},
            {{to_hex(sha256(wording)), wording}, {to_hex(sha256(notice)), notice}},
            {{to_hex(sha256(letter)), letter}}};
  }
};

inline void append(const Record& record, ProofParts& parts, MemoryLedger& ledger) {
  const auto salt = salt_of(ledger.size());
  const auto commitment = commit_to(record, salt);
  parts.records.push_back({ledger.add(commitment.entry), salt, commitment.canonical});
}

inline void append_others(int count, MemoryLedger& ledger) {
  for (; count > 0; --count) ledger.add(sha256("another's " + std::to_string(ledger.size())));
}

inline constexpr int issued_after = 100;

// Its records stand among those of others.
inline Json good_proof(MemoryLedger& ledger, const Sample& sample = {}) {
  auto parts = sample.parts();
  append_others(3, ledger);
  for (const auto& record : sample.records()) {
    append(record, parts, ledger);
    append_others(2, ledger);
  }
  append(proof_issued(parts, {}, minute(issued_after)), parts, ledger);
  append_others(1, ledger);
  return assemble_proof(parts, {}, minute(issued_after), ledger.word_about(parts.records));
}

// What somebody with the ledger's key makes of a file they have altered: all hashes, the seal, the ledger and
// its signature are right again. Everything they say is true but what was altered. `records` without the one
// that seals.
inline Json resealed(Json file, MemoryLedger& ledger) {
  const auto at = file.at("issued_at");
  std::vector<Digest> leaves;
  const auto enter = [&ledger](Json& one) {
    const auto salt = digest_from_hex(one.at("salt").get<std::string>()).value();
    const auto entry = entry_of(to_canonical_json(one.at("record")), salt);
    one["leaf_index"] = ledger.add(entry);
    one["leaf_hash"] = to_hex(leaf_hash(entry));
    return leaf_hash(entry);
  };
  for (auto& one : file.at("records")) leaves.push_back(enter(one));
  Json seal = {{"kind", "proof_issued"}, {"at", at},          {"ip", nullptr}, {"ip_source", nullptr},
               {"user_agent", nullptr},  {"details", nullptr}};
  for (const char* name : {"email", "list"}) seal[name] = file.at("subject").at(name);
  seal["details"] = {{"statement", to_hex(statement_of(file, leaves))}};
  file["records"].push_back({{"record", seal}, {"salt", to_hex(sha256("seal"))}});
  enter(file["records"].back());
  for (auto& one : file.at("records")) {
    one["inclusion"] = Json::array();
    for (const auto& hash : inclusion_proof(one.at("leaf_index"), ledger.size(), ledger.reader())) {
      one["inclusion"].push_back(to_hex(hash));
    }
  }
  file["ledger"] = {{"origin", ledger.key().name},
                    {"vkey", ledger.vkey()},
                    {"checkpoint", ledger.checkpoint()},
                    {"timestamps", Json::array()}};
  return file;
}

}  // namespace optledger::test
