#include "service/cli/verified_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace optledger::cli {
namespace {

struct Closed {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

tl::expected<std::string, std::string> read_file(const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, Closed> in(std::fopen(file.c_str(), "rbe"));
  if (!in) return tl::unexpected(std::string(std::strerror(errno)));
  std::string bytes;
  std::array<char, 1 << 16> piece{};
  while (std::feof(in.get()) == 0 && std::ferror(in.get()) == 0 && bytes.size() <= largest_verified_file) {
    bytes.append(piece.data(), std::fread(piece.data(), 1, piece.size(), in.get()));
  }
  if (std::ferror(in.get()) != 0) return tl::unexpected(std::string(std::strerror(errno)));
  if (bytes.size() > largest_verified_file) return tl::unexpected(std::string("larger than 256 MiB"));
  return bytes;
}

}  // namespace optledger::cli
