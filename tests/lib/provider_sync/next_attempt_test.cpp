#include "lib/provider_sync/next_attempt.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const RetryPolicy some_tries{.tries = 6, .first_wait = 500ms, .longest_wait = 3s, .patience = 30s};

}  // namespace

TEST_CASE(
    "each wait before a further try is twice the last one, up to the longest, and then it is given up") {
  std::vector<Duration> waits;
  for (int tries = 1; const auto wait = next_attempt(some_tries, tries, std::nullopt, 0.0); ++tries) {
    waits.push_back(*wait);
  }
  CHECK(waits == std::vector<Duration>{250ms, 500ms, 1000ms, 1500ms, 1500ms});
}

TEST_CASE("jitter spreads a wait over its upper half") {
  CHECK(next_attempt(some_tries, 2, std::nullopt, 0.0) == 500ms);
  CHECK(next_attempt(some_tries, 2, std::nullopt, 0.5) == 750ms);
  CHECK(next_attempt(some_tries, 2, std::nullopt, 0.999) < 1000ms);
}

TEST_CASE("nobody comes back before the provider asked to be called again") {
  for (const double jitter : {0.0, 0.3, 0.999}) {
    CHECK(next_attempt(some_tries, 1, 10s, jitter).value() >= 10s);
    CHECK(next_attempt(some_tries, 1, 10s, jitter).value() <= 11s);
    CHECK(next_attempt(some_tries, 5, 1ms, jitter).value() >= 1500ms);
  }
}

TEST_CASE("a wait longer than our patience is not waited") {
  CHECK(next_attempt(some_tries, 1, 30s, 0.0).has_value());
  CHECK_FALSE(next_attempt(some_tries, 1, 30s + 1ms, 0.0).has_value());
}

TEST_CASE("a policy of one try knows no second") {
  CHECK_FALSE(next_attempt({.tries = 1}, 1, std::nullopt, 0.0).has_value());
  CHECK_FALSE(next_attempt({.tries = 1}, 1, 0ms, 0.0).has_value());
}
