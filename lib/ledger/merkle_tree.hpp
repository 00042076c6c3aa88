// The Merkle tree of RFC 6962 over 32-byte entries, as far as it concerns one hash or one proof. The prefixes
// 0x00 and 0x01 keep a leaf from being passed off as a node. The checks here are the verifier's: they read
// nothing and believe nothing but their arguments.
#pragma once

#include "lib/base/bytes.hpp"

#include <cstdint>
#include <vector>

namespace optledger {

Digest leaf_hash(const Digest& entry);
Digest node_hash(const Digest& left, const Digest& right);
Digest empty_root();

// Is `leaf` (a leaf hash) the one at `index` in the tree of `size` leaves with this root? The proof runs from
// the leaf's sibling upward and must have exactly the right length.
bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Digest>& proof, const Digest& root);

// Is the tree of `size` leaves the tree of `old_size` leaves with leaves added behind? Equal sizes need equal
// roots, the empty tree its own root; both an empty proof.
bool verify_consistency(std::uint64_t old_size, std::uint64_t size, const std::vector<Digest>& proof,
                        const Digest& old_root, const Digest& root);

}  // namespace optledger
