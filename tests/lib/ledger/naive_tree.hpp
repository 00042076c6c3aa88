// RFC 6962, section 2.1, word for word: slow, and nothing to get wrong. Range hashes are kept, so that all
// sizes to some hundred take a moment.
#pragma once

#include "lib/base/hash.hpp"

#include <map>
#include <string>
#include <vector>

namespace optledger {

class NaiveTree {
 public:
  void add(const Digest& entry) { leaves_.push_back(sha256('\0' + std::string(as_chars(entry)))); }

  std::size_t size() const { return leaves_.size(); }
  const Digest& leaf(std::size_t index) const { return leaves_[index]; }

  Digest root(std::size_t size) { return size == 0 ? sha256("") : range(0, size); }

  std::vector<Digest> inclusion(std::size_t index, std::size_t size) { return path(index, 0, size); }

  std::vector<Digest> consistency(std::size_t old_size, std::size_t size) {
    if (old_size == 0) return {};
    return subproof(old_size, 0, size, true);
  }

 private:
  static std::size_t split(std::size_t n) {
    std::size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
  }

  Digest range(std::size_t begin, std::size_t end) {
    if (end - begin == 1) return leaves_[begin];
    const auto known = ranges_.find({begin, end});
    if (known != ranges_.end()) return known->second;
    const auto middle = begin + split(end - begin);
    const auto left = range(begin, middle);
    const auto right = range(middle, end);
    return ranges_[{begin, end}] = sha256('\1' + std::string(as_chars(left)) + std::string(as_chars(right)));
  }

  static std::vector<Digest> with(std::vector<Digest> hashes, const Digest& last) {
    hashes.push_back(last);
    return hashes;
  }

  std::vector<Digest> path(std::size_t index, std::size_t begin, std::size_t end) {
    if (end - begin == 1) return {};
    const auto middle = begin + split(end - begin);
    if (index < middle) return with(path(index, begin, middle), range(middle, end));
    return with(path(index, middle, end), range(begin, middle));
  }

  std::vector<Digest> subproof(std::size_t old_size, std::size_t begin, std::size_t end, bool whole) {
    if (old_size == end) return whole ? std::vector<Digest>{} : std::vector<Digest>{range(begin, end)};
    const auto middle = begin + split(end - begin);
    if (old_size <= middle) return with(subproof(old_size, begin, middle, whole), range(middle, end));
    return with(subproof(old_size, middle, end, false), range(begin, middle));
  }

  std::vector<Digest> leaves_;
  std::map<std::pair<std::size_t, std::size_t>, Digest> ranges_;
};

}  // namespace optledger
