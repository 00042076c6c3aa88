// Does a proof file hold? Everything in it is recomputed, nothing is believed but the arguments. The answer
// is a list of claims, each with one sentence, so that a reader sees what was checked and what was not.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tree.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct Claim {
  // "file", "record", "documents", "conclusion", "seal", "checkpoint", "key", "witness", "timestamp",
  // "other-checkpoint"
  std::string about;
  std::optional<bool>
      holds;  // nothing: cannot be decided with what the verifier brought along; spoils nothing
  std::string sentence;
};

struct OtherCheckpoint {
  std::string name;  // as the verifier calls it: a file's name
  std::string note;
};

struct TimestampWord {
  Instant at{};
  std::string authority;
  bool is_trusted = false;  // the authority's certificate leads to one that the verifier brought
};
using TimestampCheck =
    std::function<tl::expected<TimestampWord, std::string>(std::string_view token, std::string_view message)>;

// What the verifier brought along, all of it optional.
struct Beside {
  std::vector<VerifierKey> keys = {};  // of ledgers and of witnesses
  std::vector<OtherCheckpoint> checkpoints = {};
  TileReader tiles = {};                // of the ledger, for checkpoints of another size; may throw
  TimestampCheck check_timestamp = {};  // without it timestamps stay open
};

// What the file is about, for a headline; empty when it could not be read.
struct Verification {
  std::string email;
  std::string list;
  std::vector<Claim> claims;  // at least one

  bool holds() const;  // no claim fails
};

// `json`: the bytes of the file.
Verification verify_proof(std::string_view json, const Beside& beside);

// Each record's place in the ledger as a file of its own that other people's tools read (C2SP tlog-proof), by
// the record's index. Of a proof that holds; nothing when it cannot be read.
std::map<std::uint64_t, std::string> tlog_proofs(std::string_view json);

}  // namespace optledger
