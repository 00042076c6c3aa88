#include "lib/ledger/merkle_tree.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>
#include <bit>

namespace optledger {
namespace {

// What RFC 9162 calls fn and sn: an index and the last index, on the way up.
struct Climb {
  std::uint64_t index;
  std::uint64_t last;

  void up() {
    index >>= 1U;
    last >>= 1U;
  }
  void skip_lone_levels() {
    while (index % 2 == 0 && index != 0) up();
  }
};

// RFC 9162, 2.1.4.2, for 0 < old_size < size; `proof` begins with the old root where that is one whole
// subtree.
bool is_consistent(std::uint64_t old_size, std::uint64_t size, const std::vector<Digest>& proof,
                   const Digest& old_root, const Digest& root) {
  if (proof.empty()) return false;
  Climb climb{old_size - 1, size - 1};
  while (climb.index % 2 == 1) climb.up();
  auto old_hash = proof.front();
  auto hash = proof.front();
  for (std::size_t i = 1; i < proof.size(); ++i) {
    if (climb.last == 0) return false;
    if (climb.index % 2 == 1 || climb.index == climb.last) {
      old_hash = node_hash(proof[i], old_hash);
      hash = node_hash(proof[i], hash);
      climb.skip_lone_levels();
    } else {
      hash = node_hash(hash, proof[i]);
    }
    climb.up();
  }
  return climb.last == 0 && old_hash == old_root && hash == root;
}

}  // namespace

Digest leaf_hash(const Digest& entry) {
  std::array<std::uint8_t, 33> bytes{0x00};
  std::copy(entry.begin(), entry.end(), bytes.begin() + 1);
  return sha256(as_chars(bytes));
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> bytes{0x01};
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256(as_chars(bytes));
}

Digest empty_root() { return sha256({}); }

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Digest>& proof, const Digest& root) {
  if (index >= size) return false;
  Climb climb{index, size - 1};
  auto hash = leaf;
  for (const auto& sibling : proof) {
    if (climb.last == 0) return false;
    if (climb.index % 2 == 1 || climb.index == climb.last) {
      hash = node_hash(sibling, hash);
      climb.skip_lone_levels();
    } else {
      hash = node_hash(hash, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && hash == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t size, const std::vector<Digest>& proof,
                        const Digest& old_root, const Digest& root) {
  if (old_size > size) return false;
  if (size == 0 && root != empty_root()) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  if (!std::has_single_bit(old_size)) return is_consistent(old_size, size, proof, old_root, root);
  auto whole = proof;
  whole.insert(whole.begin(), old_root);
  return is_consistent(old_size, size, whole, old_root, root);
}

}  // namespace optledger
