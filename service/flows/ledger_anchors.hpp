// What outsiders have said about the ledger's checkpoints, and what they are still to be asked: timestamps,
// cosignatures, copies. None of it is about a person, and nobody waits for it.
#pragma once

#include "service/flows/ledger.hpp"
#include "service/world/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// A timestamp as a proof has it.
struct CoveringTimestamp {
  std::string checkpoint;           // the signed note that was stamped
  std::vector<Digest> consistency;  // its tree is the beginning of the proof's
  std::string token;                // RFC 3161, DER: verify_timestamp(token, checkpoint, …)
  Instant at{};                     // by the authority's clock

  std::uint64_t size = 0;  // of the tree that was stamped
};

// For each of these leaves the earliest timestamp whose checkpoint has it, in the order of their sizes, each
// once. A leaf that no timestamp covers yet, or only one of a tree larger than `size`, has none.
std::vector<CoveringTimestamp> timestamps_for(const std::vector<std::uint64_t>& leaf_indexes,
                                              std::uint64_t size, const TileReader& tiles, Store& store);

// What does not hold about a timestamp that is kept, in one line: its checkpoint is signed by this ledger and
// the beginning of the published tree, and the token is about it and says what its row says. By whom the
// token was signed is not asked.
std::optional<std::string> doubt_about(const LedgerTimestamp& kept, const Checkpoint& published,
                                       const Ledger& ledger);

// The first doubt about any of them, with its place. One for each hour at most: seconds for years.
std::optional<std::string> verify_timestamps(const Ledger& ledger, Store& store);

// Has the tree grown since the last timestamp, and is that one old enough?
bool wants_timestamp(std::uint64_t size, Duration interval, Store& store, Clock& clock);

// Puts a note with more signatures in place of the published one, unless another tree has been published
// since. False: it has, or somebody is at work on the ledger all the time.
bool publish_cosigned(const std::string& note, const Ledger& ledger, Store& store);

// Numbers that the anchoring remembers over restarts: a size, or a time in milliseconds.
std::optional<std::int64_t> noted_number(std::string_view name, Store& store);
void note_number(std::string_view name, std::int64_t number, Store& store);

}  // namespace optledger
