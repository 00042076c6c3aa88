#include "service/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace optledger::cli {
namespace {

constexpr std::uint64_t bar_width = 30;
constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

Progress::Progress(std::uint64_t whole) : whole_(whole), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (on_terminal_) std::fputs(clear_line, stderr);
}

void Progress::show(std::uint64_t done, const std::string& count) {
  if (!on_terminal_) return;
  if (whole_ == 0) {
    fmt::print(stderr, "{}{}", clear_line, count);
    return;
  }
  const auto part = std::min(done, whole_);
  const auto filled = static_cast<std::size_t>(bar_width * part / whole_);
  fmt::print(stderr, "{}[{:-<{}}] {:3} % {}", clear_line, std::string(filled, '#'), bar_width,
             100 * part / whole_, count);
}

void PageProgress::operator()(std::uint64_t done, std::uint64_t whole) {
  constexpr std::uint64_t in_a_megabyte = 256;
  percent_.show(whole == 0 ? 100 : 100 * done / whole, fmt::format("{} MB", done / in_a_megabyte));
}

}  // namespace optledger::cli
