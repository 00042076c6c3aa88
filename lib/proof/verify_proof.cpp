#include "lib/proof/verify_proof.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "lib/ledger/tlog_proof.hpp"
#include "lib/proof/conclusion.hpp"
#include "lib/proof/proof.hpp"
#include "lib/proof/proof_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>

namespace optledger {
namespace {

using Doubt = std::optional<std::string>;  // none: it holds

Claim claim(std::string about, const Doubt& doubt, std::string sentence) {
  if (doubt) return {std::move(about), false, sentence + ": no, " + *doubt};
  return {std::move(about), true, std::move(sentence)};
}

Claim open_claim(std::string about, std::string sentence) {
  return {std::move(about), std::nullopt, std::move(sentence)};
}

// One record's commitment, and its place in the ledger.

Doubt doubt_about(const ProofFile::Entry& entry, const Checkpoint& checkpoint) {
  const auto leaf = leaf_hash(entry_of(to_canonical_json(entry.record), entry.salt));
  if (leaf != entry.leaf_hash) return "record and salt give another leaf hash";
  if (entry.leaf_index >= checkpoint.size) return "the checkpoint's tree is smaller than that";
  if (!verify_inclusion(leaf, entry.leaf_index, checkpoint.size, entry.inclusion, checkpoint.root)) {
    return "the inclusion proof does not lead to the checkpoint's root";
  }
  return std::nullopt;
}

void claim_records(const ProofFile& file, std::vector<Claim>& claims) {
  std::size_t number = 0;
  for (const auto& entry : file.records) {
    const auto sentence =
        fmt::format("record {} of {}, {} at {}, is entry {} of the ledger", ++number, file.records.size(),
                    to_text(entry.kind), to_rfc3339(entry.at), entry.leaf_index);
    claims.push_back(claim("record", doubt_about(entry, file.checkpoint.checkpoint), sentence));
  }
}

// Texts and letters: each named by a record, by its hash.

Doubt doubt_about_documents(const std::map<std::string, std::string>& documents,
                            const std::set<std::string>& named, std::string_view what) {
  for (const auto& [name, bytes] : documents) {
    if (to_hex(sha256(bytes)) != name) return fmt::format("the {} {} has another hash", what, name);
    if (!named.contains(name)) return fmt::format("no record names the {} {}", what, name);
  }
  for (const auto& name : named) {
    if (!documents.contains(name))
      return fmt::format("the {} {}, which a record names, is missing", what, name);
  }
  return std::nullopt;
}

Claim claim_documents(const ProofFile& file) {
  std::set<std::string> texts;
  std::set<std::string> letters;
  for (const auto& entry : file.records) {
    const auto named = hashes_named_by(entry.record);
    texts.insert(named.texts.begin(), named.texts.end());
    letters.insert(named.letters.begin(), named.letters.end());
  }
  auto doubt = doubt_about_documents(file.texts, texts, "text");
  if (!doubt) doubt = doubt_about_documents(file.letters, letters, "letter");
  return claim("documents", doubt,
               fmt::format("texts ({}) and letters ({}) are exactly those that the records name by hash",
                           file.texts.size(), file.letters.size()));
}

// The conclusion. How long evidence is held is the operator's rule, within the longest that may be.

std::string shown(const Json& value) { return value.is_string() ? value.get<std::string>() : "none"; }

Doubt doubt_about_conclusion(const Json& stated, const Json& concluded) {
  for (const char* name : {"state", "consent_given_at", "consent_withdrawn_at"}) {
    if (stated.at(name) == concluded.at(name)) continue;
    return fmt::format("{} is {}", name, shown(concluded.at(name)));
  }
  const auto& held_until = stated.at("held_until");
  const auto& longest = concluded.at("held_until");
  if (held_until.is_null() != longest.is_null()) return fmt::format("held_until is {}", shown(longest));
  // Of one form, so they compare like their times.
  if (held_until.is_string() && held_until.get<std::string>() > longest.get<std::string>()) {
    return fmt::format("held_until is at most {}", shown(longest));
  }
  return std::nullopt;
}

Claim claim_conclusion(const ProofFile& file) {
  std::vector<Json> records;
  for (const auto& entry : file.records) records.push_back(entry.record);
  const auto& stated = file.json.at("conclusion");
  return claim("conclusion", doubt_about_conclusion(stated, conclude(records, {})),
               fmt::format("the records say: {}, consent given {}, withdrawn {}",
                           to_one_line(stated.at("state").get<std::string>(), 40),
                           shown(stated.at("consent_given_at")), shown(stated.at("consent_withdrawn_at"))));
}

// The seal: the last record states what else is in the file.

Doubt doubt_about_seal(const ProofFile& file) {
  const auto& seal = file.records.back();
  if (seal.kind != RecordKind::proof_issued) return "the last record is none of issuing a proof";
  if (seal.at != file.issued_at) return "the last record has another time";
  const auto& details = seal.record.at("details");
  if (details.size() != 1 || !details.contains("statement")) return "the last record has no statement alone";
  std::vector<Digest> leaves;
  for (const auto& entry : file.records) leaves.push_back(entry.leaf_hash);
  leaves.pop_back();
  if (details.at("statement") != to_hex(statement_of(file.json, leaves))) {
    return "the last record states another file";
  }
  return std::nullopt;
}

Claim claim_seal(const ProofFile& file) {
  return claim(
      "seal", doubt_about_seal(file),
      fmt::format("issued {} as it stands: its last record seals all of it", to_rfc3339(file.issued_at)));
}

// Checkpoint and key.

Doubt doubt_about_signature(const ParsedCheckpoint& checkpoint, const VerifierKey& key) {
  const auto verified = verify_note(checkpoint.note, std::span(&key, 1));
  if (verified) return std::nullopt;
  return verified.error() == NoteFault::bad_signature ? "its signature by this key is wrong"
                                                      : "it is not signed by this key";
}

Doubt doubt_about_checkpoint(const ParsedCheckpoint& checkpoint, const ProofFile& file) {
  if (checkpoint.checkpoint.origin != file.origin) return "it is of another origin";
  return doubt_about_signature(checkpoint, file.key);
}

Claim claim_checkpoint(const ProofFile& file) {
  auto doubt = doubt_about_checkpoint(file.checkpoint, file);
  if (!doubt && file.key.name != file.origin) doubt = "the key has another name than the ledger";
  return claim("checkpoint", doubt,
               fmt::format("the checkpoint of {} at {} entries is signed by {}", file.origin,
                           file.checkpoint.checkpoint.size, to_text(file.key)));
}

std::vector<VerifierKey> keys_of(const std::vector<VerifierKey>& keys, KeyType type) {
  std::vector<VerifierKey> chosen;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(chosen),
               [type](const VerifierKey& key) { return key.type == type; });
  return chosen;
}

Claim claim_key(const ProofFile& file, const Beside& beside) {
  const auto keys = keys_of(beside.keys, KeyType::ed25519);
  if (keys.empty()) {
    return open_claim("key", "the ledger's key is the file's own word: give the key you know with --key");
  }
  const bool is_known = std::find(keys.begin(), keys.end(), file.key) != keys.end();
  return claim("key", is_known ? Doubt() : "the file names another one",
               "the ledger's key is one that you gave");
}

void claim_witnesses(const ProofFile& file, const Beside& beside, std::vector<Claim>& claims) {
  for (const auto& key : keys_of(beside.keys, KeyType::cosignature)) {
    const auto verified = verify_note(file.checkpoint.note, std::span(&key, 1));
    if (verified) {
      const auto seen = Instant(std::chrono::seconds(verified->front().seconds.value_or(0)));
      claims.push_back(
          claim("witness", std::nullopt,
                fmt::format("the witness {} saw the checkpoint at {}", key.name, to_rfc3339(seen))));
    } else if (verified.error() == NoteFault::bad_signature) {
      claims.push_back(claim("witness", "the signature is wrong",
                             fmt::format("the witness {} signed the checkpoint", key.name)));
    } else {
      claims.push_back(open_claim("witness", fmt::format("the witness {} did not sign", key.name)));
    }
  }
  const auto is_unchecked = [&](const NoteSignature& signature) {
    const auto is_by = [&signature](const VerifierKey& key) {
      return key.name == signature.name && key.id == signature.key_id;
    };
    return !is_by(file.key) && std::none_of(beside.keys.begin(), beside.keys.end(), is_by);
  };
  for (const auto& signature : file.checkpoint.note.signatures) {
    if (!is_unchecked(signature)) continue;
    claims.push_back(open_claim("witness", fmt::format("{} signed the checkpoint too, says the file: give "
                                                       "that key with --key to check it",
                                                       to_one_line(signature.name, 80))));
  }
}

// Timestamps.

std::string covered_by(const Checkpoint& checkpoint, const ProofFile& file) {
  const auto covered = std::count_if(file.records.begin(), file.records.end(),
                                     [&](const auto& entry) { return entry.leaf_index < checkpoint.size; });
  if (covered == 0)
    return fmt::format("{} entries of the ledger, none of them of this file", checkpoint.size);
  return covered == 1 ? std::string("record 1") : fmt::format("records 1 to {}", covered);
}

Doubt doubt_about_consistency(const ProofFile::Stamp& stamp, const ProofFile& file) {
  const auto& old = stamp.checkpoint.checkpoint;
  const auto& own = file.checkpoint.checkpoint;
  if (old.size <= own.size && verify_consistency(old.size, own.size, stamp.consistency, old.root, own.root)) {
    return std::nullopt;
  }
  return "the file's checkpoint does not continue the stamped one";
}

Claim claim_timestamp(const ProofFile::Stamp& stamp, const ProofFile& file, const Beside& beside) {
  const auto covered = covered_by(stamp.checkpoint.checkpoint, file);
  auto doubt = doubt_about_checkpoint(stamp.checkpoint, file);
  if (!doubt) doubt = doubt_about_consistency(stamp, file);
  if (doubt) return claim("timestamp", doubt, fmt::format("a timestamp covers {}", covered));
  if (!beside.check_timestamp)
    return open_claim("timestamp", "a timestamp of " + covered + " was not checked");
  const auto word = beside.check_timestamp(stamp.token, stamp.checkpoint.bytes);
  if (!word) return claim("timestamp", word.error(), fmt::format("an authority stamped {}", covered));
  auto sentence = fmt::format("{} existed at {}, says {}", covered, to_rfc3339(word->at),
                              to_one_line(word->authority, 200));
  if (word->is_trusted) return claim("timestamp", std::nullopt, std::move(sentence));
  return open_claim(
      "timestamp",
      sentence + ", whose certificate is the file's own word: give the one you know with --tsa-ca");
}

// A checkpoint that the verifier has from elsewhere.

Doubt doubt_by_tiles(const Checkpoint& other, const Checkpoint& own, const TileReader& tiles) {
  if (!tiles) return fmt::format("it has {} entries: give --tiles to compare sizes", other.size);
  const auto& [old, later] = other.size < own.size ? std::tie(other, own) : std::tie(own, other);
  try {
    const auto proof = consistency_proof(old.size, later.size, tiles);
    if (verify_consistency(old.size, later.size, proof, old.root, later.root)) return std::nullopt;
  } catch (const std::exception& error) {
    return fmt::format("the tiles cannot be read: {}", error.what());
  }
  return "the tiles do not lead from one to the other";
}

Claim claim_other(const OtherCheckpoint& other, const ProofFile& file, const TileReader& tiles) {
  const auto parsed = parse_checkpoint_note(other.note);
  const auto& own = file.checkpoint.checkpoint;
  const auto sentence = fmt::format("the file's ledger is that of {}", other.name);
  if (!parsed) return claim("other-checkpoint", parsed.error(), sentence);
  auto doubt = doubt_about_checkpoint(*parsed, file);
  if (!doubt && parsed->checkpoint.size == own.size) {
    if (parsed->checkpoint.root != own.root) doubt = "at the same size it has another root";
  } else if (!doubt) {
    doubt = doubt_by_tiles(parsed->checkpoint, own, tiles);
  }
  return claim("other-checkpoint", doubt, sentence);
}

}  // namespace

bool Verification::holds() const {
  return std::none_of(claims.begin(), claims.end(), [](const Claim& one) { return one.holds == false; });
}

Verification verify_proof(std::string_view json, const Beside& beside) {
  const auto file = parse_proof_file(json);
  if (!file) return {{}, {}, {claim("file", file.error(), "a proof file as it must be")}};
  Verification result{file->email, file->list, {}};
  auto& claims = result.claims;
  claims.push_back(claim("file", std::nullopt, "strict JSON, every member as it must be and no other"));
  claim_records(*file, claims);
  claims.push_back(claim_documents(*file));
  claims.push_back(claim_conclusion(*file));
  claims.push_back(claim_seal(*file));
  claims.push_back(claim_checkpoint(*file));
  claims.push_back(claim_key(*file, beside));
  claim_witnesses(*file, beside, claims);
  for (const auto& stamp : file->timestamps) claims.push_back(claim_timestamp(stamp, *file, beside));
  for (const auto& other : beside.checkpoints) claims.push_back(claim_other(other, *file, beside.tiles));
  return result;
}

std::map<std::uint64_t, std::string> tlog_proofs(std::string_view json) {
  std::map<std::uint64_t, std::string> proofs;
  const auto file = parse_proof_file(json);
  if (!file) return proofs;
  for (const auto& entry : file->records) {
    proofs[entry.leaf_index] = tlog_proof(entry.leaf_index, entry.inclusion, file->checkpoint.bytes);
  }
  return proofs;
}

}  // namespace optledger
