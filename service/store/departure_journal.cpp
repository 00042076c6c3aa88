#include "service/store/departure_journal.hpp"

#include "lib/base/line_reader.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unordered_map>

namespace optledger {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

struct stat status_of(const Descriptor& descriptor, const std::filesystem::path& file) {
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) throw cannot("examine", file);
  return status;
}

void lock(const Descriptor& descriptor, const std::filesystem::path& file) {
  while (::flock(descriptor.number(), LOCK_EX) != 0) {
    if (errno != EINTR) throw cannot("lock", file);
  }
}

std::string read_at(const Descriptor& descriptor, off_t offset, std::size_t size,
                    const std::filesystem::path& file) {
  std::string bytes(size, '\0');
  const auto got = ::pread(descriptor.number(), bytes.data(), bytes.size(), offset);
  if (got < 0) throw cannot("read", file);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

// The last bytes of it, enough for a mark and the end of the line before.
std::string tail_of(const Descriptor& descriptor, const std::filesystem::path& file) {
  constexpr off_t enough = 256;
  const auto size = status_of(descriptor, file).st_size;
  return read_at(descriptor, std::max<off_t>(0, size - enough), enough, file);
}

std::optional<Digest> mark_in(std::string tail) {
  if (!tail.ends_with('\n')) return std::nullopt;
  tail.pop_back();
  const auto before = tail.rfind('\n');
  if (before == std::string::npos) return std::nullopt;
  const auto departure = departure_from_line(std::string_view(tail).substr(before + 1));
  const auto* mark = departure ? std::get_if<JournalMark>(&*departure) : nullptr;
  return mark != nullptr ? std::optional(mark->mark) : std::nullopt;
}

// Where the last whole line ends.
off_t end_of_lines(const Descriptor& descriptor, const std::filesystem::path& file) {
  auto end = status_of(descriptor, file).st_size;
  while (end > 0) {
    const auto start = std::max<off_t>(0, end - off_t{piece_size});
    const auto piece = read_at(descriptor, start, static_cast<std::size_t>(end - start), file);
    if (const auto last = piece.rfind('\n'); last != std::string::npos) {
      return start + static_cast<off_t>(last) + 1;
    }
    end = start;
  }
  return 0;
}

std::runtime_error damaged(const std::filesystem::path& file, std::int64_t line, const std::string& why) {
  return std::runtime_error(fmt::format(
      "the journal of departures {} is damaged in line {} ({}): put it back from your backup, or, "
      "if the database was not copied back, move it away and a new one is made",
      file.string(), line, why));
}

std::runtime_error foreign(const std::filesystem::path& file) {
  return std::runtime_error(
      fmt::format("the journal of departures {} was written under other keys: put back the keys and the "
                  "database it belongs to, or move it away",
                  file.string()));
}

// Collects lines into large writes.
class LineWriter {
 public:
  LineWriter(const Descriptor& descriptor, const std::filesystem::path& file)
      : descriptor_(descriptor), file_(file) {}
  void write(const std::string& line) {
    lines_ += line;
    if (lines_.size() >= piece_size) flush();
  }
  void flush() {
    write_all(descriptor_, lines_, file_);
    lines_.clear();
  }

 private:
  const Descriptor& descriptor_;
  const std::filesystem::path& file_;
  std::string lines_;
};

}  // namespace

DepartureJournal::DepartureJournal(std::filesystem::path file, std::string keys)
    : file_(std::move(file)), keys_(std::move(keys)) {}

std::optional<Digest> DepartureJournal::mark() const {
  if (!std::filesystem::exists(file_)) return std::nullopt;
  return mark_in(tail_of(Descriptor(file_, O_RDONLY), file_));
}

DepartureJournal::Turn::Turn(const DepartureJournal& journal)
    : journal_(journal), descriptor_(open_locked()) {}

// A journal that is written anew is another file of the same name: a lock on the one before is no use.
Descriptor DepartureJournal::Turn::open_locked() const {
  const auto& file = journal_.file_;
  for (;;) {
    Descriptor descriptor(file, O_RDWR | O_CREAT);
    lock(descriptor, file);
    struct stat named{};
    const auto locked = status_of(descriptor, file);
    if (::stat(file.c_str(), &named) == 0 && named.st_dev == locked.st_dev && named.st_ino == locked.st_ino) {
      return descriptor;
    }
  }
}

bool DepartureJournal::Turn::is_missing() const {
  return status_of(descriptor_, journal_.file_).st_size == 0;
}

std::optional<Digest> DepartureJournal::Turn::mark() const {
  return mark_in(tail_of(descriptor_, journal_.file_));
}

void DepartureJournal::Turn::read(const Take& take) const {
  // By the first octets of a hash: forty octets of memory for each line, whatever stands in it.
  std::unordered_map<std::uint64_t, std::int64_t> last;
  const auto number_of = [](const Departure& departure) {
    const auto subject = subject_of(departure);
    std::uint64_t number = 0;
    std::memcpy(&number, subject.data(), sizeof number);
    return number;
  };
  const auto is_mark = [](const Departure& departure) {
    return std::holds_alternative<JournalMark>(departure);
  };
  read_lines([&](const Departure& departure, std::int64_t line) {
    if (!is_mark(departure)) last[number_of(departure)] = line;
  });
  read_lines([&](const Departure& departure, std::int64_t line) {
    if (!is_mark(departure) && last.at(number_of(departure)) == line) take(departure);
  });
}

void DepartureJournal::Turn::read_lines(
    const std::function<void(const Departure&, std::int64_t number)>& take) const {
  const auto& file = journal_.file_;
  LineReader lines(max_departure_line);
  off_t offset = 0;
  for (;;) {
    const auto piece = read_at(descriptor_, offset, piece_size, file);
    if (piece.empty()) return;  // what stands behind the last LF was never finished
    offset += static_cast<off_t>(piece.size());
    lines.feed(piece);
    while (const auto line = lines.next()) {
      if (line->too_long) throw damaged(file, line->number, "it is too long");
      const auto departure = departure_from_line(line->text);
      if (!departure) throw damaged(file, line->number, departure.error());
      const auto* head = std::get_if<JournalHead>(&*departure);
      if ((head != nullptr) != (line->number == 1)) throw damaged(file, line->number, "a head out of place");
      if (head == nullptr) {
        take(*departure, line->number);
      } else if (head->keys != journal_.keys_) {
        throw foreign(file);
      }
    }
  }
}

void DepartureJournal::Turn::replace(const std::function<void(const Take& line)>& write) {
  const auto draft = std::filesystem::path(journal_.file_.string() + ".new");
  Descriptor descriptor(draft, O_RDWR | O_CREAT | O_TRUNC);
  LineWriter lines(descriptor, draft);
  lines.write(to_line(JournalHead{journal_.keys_}));
  write([&lines](const Departure& departure) { lines.write(to_line(departure)); });
  lines.flush();
  sync(descriptor, draft);
  lock(descriptor, draft);  // before anybody can find it
  if (::rename(draft.c_str(), journal_.file_.c_str()) != 0) throw cannot("replace", journal_.file_);
  sync_folder_of(journal_.file_);
  descriptor_ = std::move(descriptor);
}

void DepartureJournal::Turn::append(const std::string& lines, const JournalMark& mark) {
  const auto& file = journal_.file_;
  const auto end = end_of_lines(descriptor_, file);
  const auto cut = [&] { return ::ftruncate(descriptor_.number(), end) == 0; };
  if (!cut() || ::lseek(descriptor_.number(), end, SEEK_SET) != end) throw cannot("write", file);
  try {
    write_all(descriptor_, lines + to_line(mark), file);
    sync(descriptor_, file);
  } catch (const std::runtime_error&) {
    cut();  // so that a full disk has nothing to clear up; else the missing mark tells
    throw;
  }
}

}  // namespace optledger
