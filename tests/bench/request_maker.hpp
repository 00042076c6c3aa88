// Makes the bytes of each request from one pattern. `{n}` in the body becomes a number: the next one, so that
// no two requests are equal, or a random one. `{line}` becomes the next line of a file, each used once.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace optledger::bench {

struct RequestPattern {
  std::string host;
  std::string path;
  std::string bearer;  // empty: no Authorization
  std::string body;
  std::uint64_t first = 0;         // {n} counts from here
  std::uint64_t random_below = 0;  // when not 0: {n} is random in [0, random_below)
  std::vector<std::string> lines;  // for {line}
};

class RequestMaker {
 public:
  explicit RequestMaker(RequestPattern pattern);

  // False: the lines are used up. Any thread, each with its own generator.
  bool next(std::mt19937_64& random, std::string& request);

 private:
  std::string body_for(std::uint64_t turn, std::mt19937_64& random) const;

  const RequestPattern pattern_;
  const bool uses_lines_;
  const std::string head_;
  std::atomic<std::uint64_t> turn_ = 0;
};

}  // namespace optledger::bench
