// A proof file as it was read: every member has the form that interface.md, 5 gives it, and there are no
// others. Whether what it says holds is verify_proof()'s to find out.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/consent/record.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct ParsedCheckpoint {
  std::string bytes;
  SignedNote note;
  Checkpoint checkpoint;
};

// The error is one sentence. Nothing is known about the signatures.
tl::expected<ParsedCheckpoint, std::string> parse_checkpoint_note(std::string_view text);

struct ProofFile {
  struct Entry {
    Json record;
    RecordKind kind = RecordKind::signup_requested;
    Instant at{};
    Digest salt{};
    std::uint64_t leaf_index = 0;
    Digest leaf_hash{};
    std::vector<Digest> inclusion;
  };
  struct Stamp {
    ParsedCheckpoint checkpoint;
    std::vector<Digest> consistency;
    std::string token;
  };

  Json json;  // the whole of it
  Instant issued_at{};
  std::string email;
  std::string list;
  std::vector<Entry> records;                  // at least one
  std::map<std::string, std::string> texts;    // by the name they have in the file, which may be a lie
  std::map<std::string, std::string> letters;  // the same, decoded
  std::string origin;
  VerifierKey key;
  ParsedCheckpoint checkpoint;
  std::vector<Stamp> timestamps;
};

// The error says in one sentence what is wrong first: "records[2].salt: not 64 lower-case hex digits".
tl::expected<ProofFile, std::string> parse_proof_file(std::string_view json);

}  // namespace optledger
