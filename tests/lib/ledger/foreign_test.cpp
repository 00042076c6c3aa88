// What lib/ledger writes, read by programs that have nothing of it: Go's sumdb packages, and a reading of the
// specifications in Python.
#include "lib/base/hash.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tlog_proof.hpp"
#include "tests/fakes/memory_tiles.hpp"
#include "tests/fakes/temporary_folder.hpp"
#include "tests/lib/letters/sample.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace optledger;

namespace {

const SigningKey published_key{"ledger.example/v1/ledger", sha256("a seed")};
const std::filesystem::path& sources() {
  static const auto root = optledger::test::source_root() / "tests/foreign";
  return root;
}

void write(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

std::vector<Digest> entries_up_to(std::uint64_t count) {
  std::vector<Digest> entries;
  for (std::uint64_t i = 0; i < count; ++i) entries.push_back(sha256("foreign " + std::to_string(i)));
  return entries;
}

// A ledger as it is published, with old checkpoints and proofs of its growth, and proofs of some leaves.
void write_ledger(const std::filesystem::path& folder, const std::vector<std::uint64_t>& sizes,
                  const std::vector<std::uint64_t>& leaves) {
  const auto entries = entries_up_to(sizes.back());
  MemoryTiles tiles;
  std::vector<std::pair<std::uint64_t, std::string>> notes;
  for (const auto size : sizes) {
    tiles.add(std::span(entries).subspan(tiles.size(), size - tiles.size()));
    notes.emplace_back(size,
                       sign_note(to_text(Checkpoint{published_key.name, size, tiles.root()}), published_key));
  }
  const auto size = sizes.back();
  for (const auto& [old_size, note] : notes) {
    std::string text;
    for (const auto& hash : consistency_proof(old_size, size, tiles.reader()))
      text += to_base64(as_chars(hash)) + "\n";
    write(folder / (std::to_string(old_size) + ".consistency"), text + (text.empty() ? "\n\n" : "\n") + note);
  }
  for (const auto index : leaves) {
    write(folder / (std::to_string(index) + ".tlog-proof"),
          tlog_proof(index, inclusion_proof(index, size, tiles.reader()), notes.back().second));
  }
  for (const auto& [name, bytes] : tiles.files()) {
    if (tile_from_path(name) == tile_at(tile_from_path(name)->level, tile_from_path(name)->number, size)) {
      write(folder / name, bytes);
    }
  }
  for (std::uint64_t first = 0; first < size; first += 256) {
    const auto bundle = std::span(entries).subspan(first, std::min<std::uint64_t>(256, size - first));
    write(folder / entries_path_of(first / 256, static_cast<int>(bundle.size())), entry_bundle(bundle));
  }
  write(folder / "checkpoint", notes.back().second);
  write(folder / "vkey", to_text(verifier_of(published_key)) + "\n");
}

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

class Foreign {
 public:
  Foreign() {
    const auto build = "cd " + sources().string() +
                       " && GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE=" +
                       (folder_.path() / "cache").string() + " go build -o " + go().string() + " ledger.go";
    REQUIRE_MESSAGE(runs(build), "golang-go and golang-golang-x-mod-dev are needed: ", build);
  }
  std::filesystem::path ledger() const { return folder_.path() / "ledger"; }
  bool go_agrees() const { return runs(go().string() + " " + ledger().string()); }
  bool python_agrees() const {
    return runs("/usr/bin/python3 " + (sources() / "ledger.py").string() + " " + ledger().string());
  }

 private:
  std::filesystem::path go() const { return folder_.path() / "verify"; }
  TemporaryFolder folder_;
};

void flip(const std::filesystem::path& file, std::streamoff at) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekg(at);
  const auto one = static_cast<char>(bytes.get() ^ 1);
  bytes.seekp(at);
  bytes.put(one);
}

}  // namespace

TEST_CASE("Go's own ledger packages and a second reading of the specifications verify what we publish") {
  const Foreign foreign;
  write_ledger(foreign.ledger(), {1, 2, 255, 256, 257, 1000, 65'536, 65'537, 66'000},
               {0, 1, 255, 256, 65'535, 65'536, 65'999});
  CHECK(foreign.go_agrees());
  CHECK(foreign.python_agrees());
  // And they are not just polite: one bit, anywhere.
  for (const auto* name :
       {"checkpoint", "vkey", "257.consistency", "65535.tlog-proof", "tile/0/000", "tile/0/257.p/208",
        "tile/1/001.p/1", "tile/entries/001", "tile/entries/257.p/208"}) {
    CAPTURE(name);
    const auto file = foreign.ledger() / name;
    const auto at = static_cast<std::streamoff>(std::filesystem::file_size(file) * 2 / 3);
    flip(file, at);
    CHECK_FALSE(foreign.go_agrees());
    CHECK_FALSE(foreign.python_agrees());
    flip(file, at);
  }
  CHECK(foreign.go_agrees());
}
