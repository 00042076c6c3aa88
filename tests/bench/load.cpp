// Sends POSTs over N kept connections, one thread each, the next as soon as the last is answered (a closed
// loop), and prints how many were answered and how long each took.
#include "tests/bench/http_connection.hpp"
#include "tests/bench/latencies.hpp"
#include "tests/bench/request_maker.hpp"

#include <CLI/CLI.hpp>

#include <barrier>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <thread>

namespace {

using namespace optledger::bench;

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  int connections = 1;
  double seconds = 2;
  int expected = 200;
  std::string lines_file;
  RequestPattern pattern;
};

struct Measured {
  std::mutex mutex;
  Latencies latencies;
  std::size_t failed = 0;
  int first_failure = 0;  // its status
  Latencies::Clock::time_point start = Latencies::Clock::time_point::max();
  Latencies::Clock::time_point end{};
};

void run_connection(const Options& options, std::uint64_t seed, RequestMaker& maker, std::barrier<>& all_open,
                    Measured& measured) {
  std::mt19937_64 random(seed);
  auto connection = std::make_unique<HttpConnection>(options.host, options.port);
  Latencies latencies;
  std::size_t failed = 0;
  int failure = 0;
  std::string request;
  all_open.arrive_and_wait();
  const auto start = Latencies::Clock::now();
  const auto end = start + std::chrono::duration_cast<Latencies::Clock::duration>(
                               std::chrono::duration<double>(options.seconds));
  auto now = start;
  while (now < end && maker.next(random, request)) {
    const auto sent = Latencies::Clock::now();
    const int status = connection->exchange(request);
    now = Latencies::Clock::now();
    if (status == options.expected) {
      latencies.add(now - sent);
      continue;
    }
    ++failed;
    failure = status;
    if (status == 0) connection = std::make_unique<HttpConnection>(options.host, options.port);
  }
  const std::lock_guard lock(measured.mutex);
  measured.latencies.add(latencies);
  measured.failed += failed;
  if (failed > 0) measured.first_failure = failure;
  measured.start = std::min(measured.start, start);
  measured.end = std::max(measured.end, now);
}

void read_lines(Options& options) {
  std::ifstream file(options.lines_file);
  for (std::string line; std::getline(file, line);) options.pattern.lines.push_back(line);
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--port", options.port, "of a server on 127.0.0.1")->required();
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--path", options.pattern.path)->required();
  app.add_option("--body", options.pattern.body, "may hold {n} and {line}")->required();
  app.add_option("--first", options.pattern.first, "where {n} begins");
  app.add_option("--random-below", options.pattern.random_below, "{n} is random below this");
  app.add_option("--lines", options.lines_file, "for {line}; the run ends with the last one");
  app.add_option("--bearer", options.pattern.bearer, "an API key");
  app.add_option("--expect", options.expected, "the status of a good answer");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"an HTTP client for measuring"};
  Options options;
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  if (!options.lines_file.empty()) read_lines(options);
  options.pattern.host = options.host + ":" + std::to_string(options.port);

  RequestMaker maker(options.pattern);
  Measured measured;
  std::barrier<> all_open(options.connections);
  std::vector<std::jthread> threads;
  for (int i = 0; i < options.connections; ++i) {
    threads.emplace_back(
        [&, i] { run_connection(options, static_cast<std::uint64_t>(i) + 1, maker, all_open, measured); });
  }
  threads.clear();
  std::puts(measured.latencies.summary(measured.end - measured.start, measured.failed).c_str());
  if (measured.failed > 0) {
    std::fprintf(stderr, "%zu requests failed, one of them with status %d\n", measured.failed,
                 measured.first_failure);
  }
  return 0;
}
