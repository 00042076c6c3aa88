// Many buckets in bounded memory. A full bucket is not kept, so the table holds those who have done something
// lately. When it has no place left, the bucket that lacks least goes first.
//
// What the bound means: whoever floods the table with fresh keys pushes out buckets that lack as little as
// those do, his own before all. To get rid of a bucket that is empty he would have to empty as many others as
// the table holds. Those pushed out have their few tokens back; nobody is ever limited for what others did.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/limits/token_bucket.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace optledger {

class BucketTable {
 public:
  explicit BucketTable(std::size_t capacity) : capacity_(capacity) {}

  // When this bucket will be full again; zero when it is not kept.
  Elapsed full_at(const Id& key) const;

  void keep(const Id& key, Elapsed full_at, Elapsed now);

  void forget_all();

  std::size_t size() const { return by_key_.size(); }

 private:
  void drop_first();

  std::size_t capacity_;
  std::map<Id, Elapsed> by_key_;
  std::set<std::pair<Elapsed, Id>> by_time_;
};

}  // namespace optledger
