#include "service/cli/output_file.hpp"

#include "service/cli/command_line.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace optledger::cli {

OutputFile::OutputFile(const std::optional<std::filesystem::path>& path)
    : name_(path ? path->string() : "the output") {
  if (!path) return;
  own_.reset(std::fopen(path->c_str(), "wbe"));
  if (!own_) fail();
  struct stat status{};
  const int descriptor = ::fileno(own_.get());
  const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  if (is_file && ::fchmod(descriptor, S_IRUSR | S_IWUSR) != 0) fail();
}

void OutputFile::write(std::string_view text) {
  std::FILE* file = own_ ? own_.get() : stdout;
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) fail();
}

void OutputFile::finish() {
  std::FILE* file = own_ ? own_.get() : stdout;
  if (std::fflush(file) != 0) fail();
}

void OutputFile::fail() const {
  throw Failure(refused, fmt::format("cannot write {}: {}", name_, std::strerror(errno)));
}

}  // namespace optledger::cli
