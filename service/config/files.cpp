#include "service/config/files.hpp"

#include "lib/base/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace optledger {
namespace {

class OpenFile {
 public:
  // O_NONBLOCK: opening a pipe nobody writes to must not hang the start.
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string cannot_read(int error) { return fmt::format("cannot be read: {}", std::strerror(error)); }

Checked<std::string> read_regular(const OpenFile& file, std::size_t limit, mode_t refused_mode) {
  struct stat status{};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) return tl::unexpected(cannot_read(errno));
  if (!S_ISREG(status.st_mode))
    return tl::unexpected<std::string>("cannot be read: it is not a regular file");
  if (status.st_mode & refused_mode) {
    return tl::unexpected<std::string>("can be written by others than its owner: run chmod go-w on it");
  }
  if (static_cast<std::size_t>(status.st_size) > limit) {
    return tl::unexpected(fmt::format("is too long: at most {} KiB", limit / 1024));
  }
  // One more than it should have: that it grew meanwhile is noticed.
  std::string bytes(std::min(limit, static_cast<std::size_t>(status.st_size)) + 1, '\0');
  std::size_t length = 0;
  while (length < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(cannot_read(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length == bytes.size()) return tl::unexpected<std::string>("cannot be read: it grows meanwhile");
  bytes.resize(length);
  return bytes;
}

std::string with_lf(const std::string& text) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    lines += text[i] == '\r' ? '\n' : text[i];
  }
  return lines;
}

bool has_foreign_control(const std::string& text) {
  std::string visible;
  visible.reserve(text.size());
  for (const char c : text) {
    if (c != '\n' && c != '\t') visible += c;
  }
  return has_control_character(visible);
}

}  // namespace

Checked<std::string> read_file(const std::filesystem::path& path) {
  return read_regular(OpenFile(path), std::size_t{1} << 20, 0);
}

Checked<std::string> read_long_file(const std::filesystem::path& path) {
  return read_regular(OpenFile(path), std::size_t{16} << 20, 0);
}

Checked<Secret> read_secret_file(const std::filesystem::path& path) {
  auto bytes = read_regular(OpenFile(path), 4096, S_IWGRP | S_IWOTH);
  if (!bytes) return tl::unexpected(std::move(bytes).error());
  if (bytes->ends_with('\n')) bytes->pop_back();
  if (bytes->ends_with('\r')) bytes->pop_back();
  if (bytes->empty()) return tl::unexpected<std::string>("names an empty file");
  Secret secret(*bytes);
  const bool one_line = !has_control_character(*bytes);
  explicit_bzero(bytes->data(), bytes->size());
  if (!one_line)
    return tl::unexpected<std::string>("must name a file with one line and no control characters");
  return secret;
}

Checked<std::vector<Secret>> read_secret_lines(const std::filesystem::path& path) {
  auto bytes = read_regular(OpenFile(path), 4096, S_IWGRP | S_IWOTH);
  if (!bytes) return tl::unexpected(std::move(bytes).error());
  std::vector<Secret> secrets;
  for (std::string_view rest(*bytes); !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = trim_ascii_space(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty()) secrets.emplace_back(std::string(line));
  }
  explicit_bzero(bytes->data(), bytes->size());
  if (secrets.empty() || secrets.size() > 2) {
    return tl::unexpected<std::string>("must name a file with one secret, or two while it is changed");
  }
  return secrets;
}

Checked<std::string> to_reading_text(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (!is_utf8(bytes)) return tl::unexpected<std::string>("is not UTF-8");
  if (bytes.size() > 64 * 1024) return tl::unexpected<std::string>("is too long: at most 64 KiB");
  std::string text = with_lf(bytes);
  if (trim_ascii_space(text).empty()) return tl::unexpected<std::string>("is empty");
  if (has_foreign_control(text)) return tl::unexpected<std::string>("has control characters in it");
  return text;
}

}  // namespace optledger
