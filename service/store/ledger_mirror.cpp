#include "service/store/ledger_mirror.hpp"

#include "service/store/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace optledger {
namespace {

using std::filesystem::path;

constexpr std::size_t hash_length = sizeof(Digest);
constexpr std::size_t entry_length = 2 + hash_length;
constexpr std::size_t longest_note = 64 * 1024;
constexpr std::size_t files_synced_one_by_one = 256;
constexpr std::uint64_t full = TileId::full_width;

StoreUnavailable unavailable(const char* verb, const path& file) {
  return StoreUnavailable(fmt::format("the ledger's mirror: {}", cannot(verb, file).what()));
}

LedgerContradiction damaged(const path& file, const std::string& why) {
  return LedgerContradiction(fmt::format(
      "the ledger's mirror is damaged: {} {}; put the mirror back from its copy", file.string(), why));
}

Descriptor opened(const path& file, int flags) {
  try {
    return {file, flags};
  } catch (const std::runtime_error&) {
    throw unavailable("open", file);
  }
}

bool is_there(const path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw unavailable("examine", file);
}

// None: there is no such file.
std::optional<Descriptor> open_if_there(const path& file) {
  return is_there(file) ? std::optional(opened(file, O_RDONLY)) : std::nullopt;
}

// As much of it as is there.
std::string read_some(const Descriptor& descriptor, std::size_t offset, std::size_t length,
                      const path& file) {
  std::string bytes(length, '\0');
  std::size_t filled = 0;
  while (filled < length) {
    const auto got = ::pread(descriptor.number(), bytes.data() + filled, length - filled,
                             static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw unavailable("read", file);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

std::size_t width_at(int level, std::uint64_t number, std::uint64_t size) {
  const auto tile = tile_at(level, number, size);
  return tile ? static_cast<std::size_t>(tile->width) : 0;
}

void write_at(const Descriptor& descriptor, std::size_t offset, std::string_view bytes, const path& file) {
  const auto end = static_cast<off_t>(offset + bytes.size());
  if (::lseek(descriptor.number(), static_cast<off_t>(offset), SEEK_SET) < 0) throw unavailable("seek", file);
  write_all(descriptor, bytes, file);
  if (::ftruncate(descriptor.number(), end) != 0) throw unavailable("cut", file);
}

}  // namespace

void LedgerMirror::make() const {
  std::error_code problem;
  if (std::filesystem::is_directory(folder_, problem)) return;
  std::filesystem::create_directories(folder_, problem);
  if (problem) {
    throw StoreUnavailable(fmt::format("the ledger's mirror: cannot make the folder {}: {}", folder_.string(),
                                       problem.message()));
  }
  sync_folder_of(folder_);
}

std::optional<std::string> LedgerMirror::checkpoint() const {
  const auto file = folder_ / "checkpoint";
  const auto descriptor = open_if_there(file);
  if (!descriptor) return std::nullopt;
  return read_some(*descriptor, 0, longest_note, file);
}

std::string LedgerMirror::beginning(const std::string& path, std::size_t length) const {
  const auto file = folder_ / path;
  const auto descriptor = open_if_there(file);
  if (!descriptor) throw damaged(file, "is missing");
  auto bytes = read_some(*descriptor, 0, length, file);
  if (bytes.size() != length) {
    throw damaged(file, fmt::format("has {} octets where the tree has {}", bytes.size(), length));
  }
  return bytes;
}

std::string LedgerMirror::tile(const TileId& tile) const {
  return beginning(path_of({tile.level, tile.number}), static_cast<std::size_t>(tile.width) * hash_length);
}

std::string LedgerMirror::bundle(std::uint64_t number, int width) const {
  return beginning(entries_path_of(number), static_cast<std::size_t>(width) * entry_length);
}

TileReader LedgerMirror::reader() const {
  return [mirror = *this](const TileId& wanted) { return mirror.tile(wanted); };
}

std::vector<Digest> LedgerMirror::entries_of_bundle(std::uint64_t first, std::uint64_t size) const {
  const auto number = first / full;
  const auto width = static_cast<int>(std::min(full, size - number * full));
  auto entries = entries_in_bundle(bundle(number, width));
  if (!entries) throw damaged(folder_ / entries_path_of(number), "is no bundle of entries");
  entries->erase(entries->begin(), entries->begin() + static_cast<std::ptrdiff_t>(first % full));
  return *std::move(entries);
}

LedgerMirror::Addition::Addition(const LedgerMirror& mirror, std::uint64_t published, std::uint64_t promised)
    : mirror_(mirror), published_(published), promised_(std::max(published, promised)) {
  mirror_.make();
}

void LedgerMirror::Addition::add(std::uint64_t size, const Growth& growth, std::span<const Digest> entries) {
  for (const auto& [tile, hashes] : growth.tiles) {
    const auto bytes_at = [&, &tile = tile](std::uint64_t of) {
      return width_at(tile.level, tile.number, of) * hash_length;
    };
    const auto offset = bytes_at(size);
    put({path_of({tile.level, tile.number}), bytes_at(published_), bytes_at(promised_), offset,
         std::string_view(hashes).substr(offset)});
  }
  for (auto first = size; !entries.empty();) {
    const auto count = std::min<std::size_t>(entries.size(), full - first % full);
    const auto bundle = entry_bundle(entries.first(count));
    const auto bytes_at = [&](std::uint64_t of) { return width_at(0, first / full, of) * entry_length; };
    put({entries_path_of(first / full), bytes_at(published_), bytes_at(promised_), bytes_at(first), bundle});
    entries = entries.subspan(count);
    first += count;
  }
}

void LedgerMirror::Addition::put(const Piece& piece) {
  const auto file = mirror_.folder_ / piece.path;
  auto descriptor = open(file);
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) throw unavailable("examine", file);
  const auto length = static_cast<std::size_t>(status.st_size);
  if (length < piece.published || length < piece.offset)
    throw damaged(file, "is shorter than what was published");
  const auto kept = std::min({length, piece.promised, piece.offset + piece.bytes.size()});
  if (kept > piece.offset && read_some(descriptor, piece.offset, kept - piece.offset, file) !=
                                 piece.bytes.substr(0, kept - piece.offset)) {
    throw LedgerContradiction(
        fmt::format("the ledger's mirror and the database disagree: {} holds other entries than the database",
                    file.string()));
  }
  // A longer promise than what is written now stays as it is.
  if (length > piece.offset + piece.bytes.size() && piece.promised > piece.offset + piece.bytes.size())
    return;
  write_at(descriptor, piece.offset, piece.bytes, file);
  if (is_large_) return;
  files_.emplace_back(file, std::move(descriptor));
  is_large_ = files_.size() > files_synced_one_by_one;
  if (is_large_) files_.clear();
}

// A new file, in a new folder perhaps, is on disk only when its name is.
Descriptor LedgerMirror::Addition::open(const path& file) {
  if (is_there(file)) return opened(file, O_RDWR);
  std::vector<path> above;
  for (auto folder = file.parent_path(); !is_there(folder); folder = folder.parent_path()) {
    above.push_back(folder);
  }
  for (; !above.empty(); above.pop_back()) {
    if (::mkdir(above.back().c_str(), 0700) != 0 && errno != EEXIST) throw unavailable("make", above.back());
    folders_.insert(above.back().parent_path());
  }
  folders_.insert(file.parent_path());
  return opened(file, O_RDWR | O_CREAT);
}

void LedgerMirror::Addition::finish() {
  if (is_large_) {
    const auto folder = opened(mirror_.folder_, O_RDONLY | O_DIRECTORY);
    if (::syncfs(folder.number()) != 0) throw unavailable("sync", mirror_.folder_);
    return;
  }
  // All on their way before the first is waited for, so that they share what the file system has to do.
  for (const auto& [file, descriptor] : files_) {
    ::sync_file_range(descriptor.number(), 0, 0, SYNC_FILE_RANGE_WRITE);
  }
  for (const auto& [file, descriptor] : files_) sync(descriptor, file);
  for (const auto& folder : folders_) {
    sync(opened(folder, O_RDONLY | O_DIRECTORY), folder);
  }
}

void LedgerMirror::publish(std::string_view note) const {
  const auto file = folder_ / "checkpoint";
  const auto draft = folder_ / "checkpoint.new";
  {
    const auto descriptor = opened(draft, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(descriptor, note, draft);
    sync(descriptor, draft);
  }
  if (::rename(draft.c_str(), file.c_str()) != 0) throw unavailable("replace", file);
  sync_folder_of(file);
}

}  // namespace optledger
