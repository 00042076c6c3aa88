// The ledger's entries against the records behind them, one after the other: every entry is what its record
// commits to, and every place without a record is named by an `erased` or `restored` one. Takes two bits of
// memory for an entry.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct EntryRow {
  std::int64_t leaf_index = 0;
  Digest entry{};
  std::optional<Digest> salt;  // absent with the record
  std::string body;
  bool has_person = false;
};

bool is_what_entry_commits_to(const EntryRow& row);  // a row with its record

class EntryAudit {
 public:
  // The next entry. One sentence for the first thing that is wrong; nothing: nothing is.
  std::optional<std::string> take(const EntryRow& row);

  // After the last one: a place without a record that nobody names.
  std::optional<std::string> find_unaccounted() const;

  // Places that are named, though their record was there when it was read. Beside a running service it may
  // have been erased since; if it is still there, somebody has put it back.
  std::vector<std::int64_t> named_but_there() const;

  std::int64_t entries() const { return static_cast<std::int64_t>(is_missing_.size()); }
  std::int64_t missing() const { return missing_; }
  const std::optional<Instant>& last_erasure() const { return last_erasure_; }

 private:
  std::optional<std::string> take_record_without_person(const EntryRow& row);

  std::vector<bool> is_missing_;
  std::vector<bool> is_named_;
  std::int64_t missing_ = 0;
  std::optional<Instant> last_erasure_;
};

}  // namespace optledger
