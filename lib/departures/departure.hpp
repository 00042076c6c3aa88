// What has left the database for good, as one line of the journal that is kept beside it: a database copied
// back from before an erasure or an unsubscription is told again. Fingerprints and hashes; no address, no IP.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/consent/erased_record.hpp"
#include "lib/privacy/erasure_receipt.hpp"
#include "lib/suppression/suppression.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace optledger {

// A place of the ledger whose record was erased. In a restored database another record may stand at this
// index, so the entry says which one is meant.
struct ErasedLeaf {
  std::int64_t index = 0;
  Digest entry{};
  bool operator==(const ErasedLeaf&) const = default;
};

// Leaves that one erasure emptied.
struct ErasedLeaves {
  ErasureCause cause = ErasureCause::request;
  std::vector<ErasedLeaf> leaves;  // 1 to max_leaves
};
constexpr std::size_t max_leaves = 500;

// What remains of somebody who was erased, with the words of their declaration.
struct NotedReceipt {
  ErasureReceipt receipt;
  std::string declaration;
};

// The journal's first line. Fingerprints mean something under the keys with this check value only.
struct JournalHead {
  std::string keys;
};

// Stands behind lines that the database with the same mark has in it. An older copy has another one.
struct JournalMark {
  Digest mark{};
};

using Departure = std::variant<JournalHead, ErasedLeaves, Suppression, NotedReceipt, JournalMark>;

constexpr std::size_t max_departure_line = 1024 * 1024;  // far beyond what is written

std::string to_line(const Departure& departure);  // with its LF

// One line without its LF; exactly what to_line() writes, in any order of names. The error repeats nothing of
// the line.
tl::expected<Departure, std::string> departure_from_line(std::string_view line);

// The same for all lines of which only the last one counts: the rules about one person on one list, and every
// other line that is repeated word for word.
Digest subject_of(const Departure& departure);

// When it is to be forgotten, as in the database. Never: what names nobody, and a block until it is lifted.
std::optional<Instant> end_of(const Departure& departure);

}  // namespace optledger
