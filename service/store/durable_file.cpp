#include "service/store/durable_file.hpp"

#include "service/store/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <utility>

namespace optledger {

std::runtime_error cannot(const char* verb, const std::filesystem::path& file) {
  return std::runtime_error(fmt::format("cannot {} {}: {}", verb, file.string(), std::strerror(errno)));
}

Descriptor::Descriptor(const std::filesystem::path& file, int flags)
    : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
  if (number_ < 0) throw cannot("open", file);
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

void write_all(const Descriptor& descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw StoreUnavailable(cannot("write", file).what());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync(const Descriptor& descriptor, const std::filesystem::path& file) {
  if (::fsync(descriptor.number()) != 0) throw StoreUnavailable(cannot("sync", file).what());
}

void sync_file(const std::filesystem::path& file) { sync(Descriptor(file, O_RDONLY), file); }

void sync_folder_of(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  sync(Descriptor(folder, O_RDONLY | O_DIRECTORY), folder);
}

}  // namespace optledger
