#include "service/cli/verified_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace optledger::cli {
namespace {

constexpr std::size_t octets_at_once = 1 << 16;

struct Closed {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

tl::unexpected<std::string> last_error() { return tl::unexpected(std::string(std::strerror(errno))); }

}  // namespace

tl::expected<void, std::string> read_pieces(const std::filesystem::path& file,
                                            const std::function<bool(const std::string& piece)>& take) {
  const std::unique_ptr<std::FILE, Closed> in(std::fopen(file.c_str(), "rbe"));
  if (!in) return last_error();
  std::string piece;
  while (std::feof(in.get()) == 0 && std::ferror(in.get()) == 0) {
    piece.resize(octets_at_once);
    piece.resize(std::fread(piece.data(), 1, piece.size(), in.get()));
    if (!take(piece)) return {};
  }
  if (std::ferror(in.get()) != 0) return last_error();
  return {};
}

tl::expected<std::string, std::string> read_file(const std::filesystem::path& file) {
  std::string bytes;
  const auto read = read_pieces(file, [&bytes](const std::string& piece) {
    bytes += piece;
    return bytes.size() <= largest_verified_file;
  });
  if (!read) return tl::unexpected(read.error());
  if (bytes.size() > largest_verified_file) return tl::unexpected(std::string("larger than 256 MiB"));
  return bytes;
}

}  // namespace optledger::cli
