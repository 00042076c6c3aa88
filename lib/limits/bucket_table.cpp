#include "lib/limits/bucket_table.hpp"

namespace optledger {

Elapsed BucketTable::full_at(const Id& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? Elapsed{0} : found->second;
}

void BucketTable::drop_first() {
  by_key_.erase(by_time_.begin()->second);
  by_time_.erase(by_time_.begin());
}

void BucketTable::forget_all() {
  by_key_.clear();
  by_time_.clear();
}

void BucketTable::keep(const Id& key, Elapsed full_at, Elapsed now) {
  const auto [found, is_new] = by_key_.emplace(key, full_at);
  if (!is_new) {
    by_time_.erase({found->second, key});
    found->second = full_at;
  }
  by_time_.emplace(full_at, key);
  // Two at a time, so that the table shrinks by itself and no request pays for all the others.
  for (int i = 0; i < 2 && !by_time_.empty() && by_time_.begin()->first <= now; ++i) drop_first();
  if (by_key_.size() > capacity_) drop_first();
}

}  // namespace optledger
