// The ledger's mirror: a folder outside the database with all that the ledger has published, person-free, as
// C2SP tlog-tiles names it: tile/0/x001/234, tile/entries/x001/234, checkpoint. Its files only grow: the last
// tile of a level stands under the name of the full one with as many hashes as there are, so a narrower tile
// is the beginning of that file, and nothing is ever deleted. What stands behind the checkpoint's size was
// never published and is written again.
//
// A disk that refuses is StoreUnavailable; a mirror that contradicts itself or what it is given is
// LedgerContradiction. Both name the file.
#pragma once

#include "lib/ledger/tree.hpp"
#include "service/store/durable_file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Database, mirror, key and what was signed do not fit together: nothing more is signed until somebody has
// looked.
struct LedgerContradiction : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class LedgerMirror {
 public:
  explicit LedgerMirror(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  // Makes the folder when it is missing.
  void make() const;

  // The last signed note, whole. None: nothing was published yet, or the mirror is not here.
  std::optional<std::string> checkpoint() const;

  // The hashes, or the bundle, of a tile of this width. Any thread; also while the mirror grows.
  std::string tile(const TileId& tile) const;
  std::string bundle(std::uint64_t number, int width) const;
  TileReader reader() const;

  // Up to the end of the bundle that `first` is in.
  std::vector<Digest> entries_of_bundle(std::uint64_t first, std::uint64_t size) const;

  // What is being added behind the published tiles, on disk after finish(). Never touches what a tree of
  // `published` leaves has; what a tree of `promised` leaves has must be equal where it is there already.
  class Addition {
   public:
    Addition(const LedgerMirror& mirror, std::uint64_t published, std::uint64_t promised);
    // A tree of `size` leaves, whose growth by these entries this is.
    void add(std::uint64_t size, const Growth& growth, std::span<const Digest> entries);
    void finish();

   private:
    struct Piece {
      std::string path;       // below the folder
      std::size_t published;  // bytes that are there for good
      std::size_t promised;   // bytes that must not differ where they are there
      std::size_t offset;     // where `bytes` begin
      std::string_view bytes;
    };
    void put(const Piece& piece);
    Descriptor open(const std::filesystem::path& file);

    const LedgerMirror& mirror_;
    const std::uint64_t published_;
    const std::uint64_t promised_;
    std::vector<std::pair<std::filesystem::path, Descriptor>> files_;
    std::set<std::filesystem::path> folders_;  // in which something was made
    bool is_large_ = false;                    // too many of them: the whole file system is synced
  };

  // In place of the last one, at once or not at all, and on disk.
  void publish(std::string_view note) const;

 private:
  std::string beginning(const std::string& path, std::size_t length) const;

  std::filesystem::path folder_;
};

}  // namespace optledger
