#include "lib/ledger/merkle_tree.hpp"

#include "lib/base/hash.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace optledger;

namespace {

// The eight reference leaves of Certificate Transparency. They are not 32 bytes long, so they stand here
// hashed by the rule itself; what is tested is how nodes are built of them.
std::vector<Digest> reference_leaves() {
  using namespace std::string_literals;
  const std::vector<std::string> inputs = {
      "",
      "\0"s,
      "\x10",
      "\x20\x21",
      "\x30\x31",
      "\x40\x41\x42\x43",
      "\x50\x51\x52\x53\x54\x55\x56\x57",
      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  std::vector<Digest> leaves;
  for (const auto& input : inputs) leaves.push_back(sha256('\0' + input));
  return leaves;
}

const std::vector<std::string> reference_roots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Digest reference_root(std::size_t size) { return digest_from_hex(reference_roots.at(size)).value(); }

// A tree of n <= 8 leaves, by node_hash.
Digest root_over(const std::vector<Digest>& leaves, std::size_t begin, std::size_t end) {
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (2 * k < end - begin) k *= 2;
  return node_hash(root_over(leaves, begin, begin + k), root_over(leaves, begin + k, end));
}

}  // namespace

TEST_CASE("the eight reference leaves of RFC 6962 give the reference roots") {
  const auto leaves = reference_leaves();
  CHECK(empty_root() == reference_root(0));
  for (std::size_t size = 1; size <= 8; ++size) CHECK(root_over(leaves, 0, size) == reference_root(size));
}

TEST_CASE("an entry becomes a leaf by the prefix of RFC 6962") {
  const auto entry = sha256("an entry");
  CHECK(leaf_hash(entry) == sha256('\0' + std::string(as_chars(entry))));
  CHECK(node_hash(entry, entry) != leaf_hash(entry));
}

TEST_CASE("inclusion in the reference trees verifies, and only where it belongs") {
  const auto leaves = reference_leaves();
  const std::vector<Digest> proof = {leaves[4], node_hash(leaves[6], leaves[7]),
                                     root_over(leaves, 0, 4)};  // of leaf 5 in 8
  CHECK(verify_inclusion(leaves[5], 5, 8, proof, reference_root(8)));
  CHECK_FALSE(verify_inclusion(leaves[5], 4, 8, proof, reference_root(8)));
  CHECK_FALSE(verify_inclusion(leaves[5], 5, 8, proof, reference_root(7)));
  CHECK_FALSE(verify_inclusion(leaves[5], 8, 8, proof, reference_root(8)));
  CHECK(verify_inclusion(leaves[0], 0, 1, {}, reference_root(1)));
  CHECK_FALSE(verify_inclusion(leaves[0], 0, 1, {leaves[1]}, reference_root(2)));
}

TEST_CASE("consistency of the reference trees verifies") {
  const auto leaves = reference_leaves();
  const auto six_in_seven =
      std::vector<Digest>{node_hash(leaves[4], leaves[5]), leaves[6], root_over(leaves, 0, 4)};
  CHECK(verify_consistency(6, 7, six_in_seven, reference_root(6), reference_root(7)));
  CHECK_FALSE(verify_consistency(5, 7, six_in_seven, reference_root(5), reference_root(7)));
  CHECK_FALSE(verify_consistency(7, 6, six_in_seven, reference_root(7), reference_root(6)));
  CHECK(verify_consistency(4, 8, {root_over(leaves, 4, 8)}, reference_root(4), reference_root(8)));
  CHECK(verify_consistency(8, 8, {}, reference_root(8), reference_root(8)));
  CHECK_FALSE(verify_consistency(8, 8, {}, reference_root(7), reference_root(8)));
  CHECK_FALSE(verify_consistency(6, 7, {}, reference_root(6), reference_root(7)));
}

TEST_CASE("the largest sizes neither loop nor overflow") {
  const auto most = ~std::uint64_t{0};
  const std::vector<Digest> proof(64, empty_root());
  CHECK_FALSE(verify_inclusion(empty_root(), most - 1, most, proof, empty_root()));
  CHECK_FALSE(verify_consistency(most - 1, most, proof, empty_root(), empty_root()));
}
