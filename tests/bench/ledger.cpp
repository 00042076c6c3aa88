// How fast the public ledger grows and proves: makes a mirror of so many leaves on disk, entries cut into
// steps as the service does it, then asks for proofs of leaves here and there. Prints one JSON line.
#include "lib/base/hash.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "service/store/ledger_mirror.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace {

using namespace optledger;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t entries_at_once = 8192;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Entries are as good as random; making them is not what is measured.
std::vector<Digest> some_entries(std::uint64_t first, std::uint64_t count) {
  std::vector<Digest> entries(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto number = first + i;
    for (std::size_t octet = 0; octet < 8; ++octet)
      entries[i].at(octet) = static_cast<std::uint8_t>(number >> (8 * octet));
  }
  return entries;
}

Digest fill(const LedgerMirror& mirror, std::uint64_t leaves) {
  Digest root{};
  for (std::uint64_t size = 0; size < leaves;) {
    const auto entries = some_entries(size, std::min(entries_at_once, leaves - size));
    const auto growth = grow(size, entries, mirror.reader());
    LedgerMirror::Addition addition(mirror, size, size);
    addition.add(size, growth, entries);
    addition.finish();
    size = growth.size;
    root = growth.root;
  }
  return root;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int measure(const std::filesystem::path& folder, std::uint64_t leaves) {
  const LedgerMirror mirror(folder);
  mirror.make();
  const auto start = Clock::now();
  const auto root = fill(mirror, leaves);
  const auto filled = seconds_since(start);
  std::vector<double> proofs;
  std::vector<double> consistencies;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto index = i * 2'654'435'761U % leaves;
    auto begun = Clock::now();
    const auto proof = inclusion_proof(index, leaves, mirror.reader());
    proofs.push_back(seconds_since(begun) * 1000);
    if (!verify_inclusion(leaf_hash(some_entries(index, 1)[0]), index, leaves, proof, root)) return 1;
    begun = Clock::now();
    consistency_proof(index, leaves, mirror.reader());
    consistencies.push_back(seconds_since(begun) * 1000);
  }
  fmt::print(
      "{{\"leaves\":{},\"appended_per_s\":{:.0f},\"inclusion_ms\":{:.3f},\"slowest_inclusion_ms\":{:.3f},"
      "\"consistency_ms\":{:.3f}}}\n",
      leaves, static_cast<double>(leaves) / filled, median(proofs),
      *std::max_element(proofs.begin(), proofs.end()), median(consistencies));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"how fast the ledger grows and proves"};
  std::string folder;
  std::uint64_t leaves = 1'000'000;
  app.add_option("--folder", folder, "where the mirror is made; must not exist")->required();
  app.add_option("--leaves", leaves, "in the ledger");
  CLI11_PARSE(app, argc, argv);
  return measure(folder, leaves);
}
