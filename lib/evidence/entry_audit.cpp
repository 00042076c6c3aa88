#include "lib/evidence/entry_audit.hpp"

#include "lib/consent/commitment.hpp"
#include "lib/consent/erased_record.hpp"
#include "lib/consent/restored_record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

// The places that a record without a person names; nothing: it is of no such kind.
std::optional<std::vector<std::int64_t>> named_in(const std::string& body) {
  if (const auto erasure = erasure_in(body)) return erasure->leaf_indices;
  return restored_in(body);
}

}  // namespace

bool is_what_entry_commits_to(const EntryRow& row) {
  return entry_of(row.body, row.salt.value()) == row.entry;
}

std::optional<std::string> EntryAudit::take(const EntryRow& row) {
  if (row.leaf_index != entries()) return fmt::format("ledger entry {} is not there", entries());
  is_missing_.push_back(!row.salt);
  is_named_.push_back(false);
  if (!row.salt) {
    ++missing_;
    return std::nullopt;
  }
  if (!is_what_entry_commits_to(row)) {
    return fmt::format("record {} is not what ledger entry {} commits to", row.leaf_index, row.leaf_index);
  }
  return row.has_person ? std::nullopt : take_record_without_person(row);
}

std::optional<std::string> EntryAudit::take_record_without_person(const EntryRow& row) {
  try {
    const auto named = named_in(row.body);
    if (!named) return fmt::format("record {} belongs to a person and to no signup", row.leaf_index);
    for (const auto index : *named) {
      if (index < 0 || index >= row.leaf_index) {
        return fmt::format("record {} names place {}, which is none before it", row.leaf_index, index);
      }
      is_named_[static_cast<std::size_t>(index)] = true;
    }
    const auto at = parse_rfc3339(Json::parse(row.body).at("at").get_ref<const std::string&>()).value();
    last_erasure_ = std::max(last_erasure_.value_or(at), at);
  } catch (const std::exception& fault) {
    return fmt::format("record {} is not in a form of ours ({})", row.leaf_index, fault.what());
  }
  return std::nullopt;
}

std::optional<std::string> EntryAudit::find_unaccounted() const {
  for (std::size_t i = 0; i < is_missing_.size(); ++i) {
    if (is_missing_[i] && !is_named_[i]) {
      return fmt::format("record {} is missing, and no erasure names it", i);
    }
  }
  return std::nullopt;
}

std::vector<std::int64_t> EntryAudit::named_but_there() const {
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < is_named_.size(); ++i) {
    if (is_named_[i] && !is_missing_[i]) found.push_back(static_cast<std::int64_t>(i));
  }
  return found;
}

}  // namespace optledger
