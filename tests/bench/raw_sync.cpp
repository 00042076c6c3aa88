// What the disk alone can do: append 4 KiB, fdatasync, again. The floor under every durable answer.
#include "tests/bench/latencies.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fcntl.h>

int main(int argc, char** argv) {
  using optledger::bench::Latencies;
  CLI::App app{"append 4 KiB + fdatasync, over and over"};
  std::string file;
  double seconds = 2;
  app.add_option("FILE", file, "is made anew and removed")->required();
  app.add_option("--seconds", seconds, "how long");
  CLI11_PARSE(app, argc, argv);

  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  std::array<char, 4096> block{};
  block.fill('x');
  Latencies latencies;
  const auto start = Latencies::Clock::now();
  const auto end =
      start + std::chrono::duration_cast<Latencies::Clock::duration>(std::chrono::duration<double>(seconds));
  auto now = start;
  while (now < end) {
    if (::write(descriptor, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        ::fdatasync(descriptor) != 0) {
      std::perror(file.c_str());
      return 1;
    }
    const auto before = std::exchange(now, Latencies::Clock::now());
    latencies.add(now - before);
  }
  ::close(descriptor);
  ::unlink(file.c_str());
  std::puts(latencies.summary(now - start, 0).c_str());
  return 0;
}
