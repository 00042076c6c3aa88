// No sequence of sign-ups, confirmations, old links, imports, retries and restarts ever makes a suppressed
// address active without a fresh confirmed consent.
#include "tests/flows/play.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace optledger::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* how_many = "max_success=200 max_size=30";
#else
constexpr const char* how_many = "max_success=2000 max_size=30";
#endif

// rapidcheck takes its numbers from the environment alone, and looks there once. RC_PARAMS from outside
// stays.
const bool is_told = ::setenv("RC_PARAMS", how_many, 0) == 0;

}  // namespace

TEST_CASE("no history makes a suppressed address active without a fresh confirmed consent") {
  REQUIRE(is_told);
  const bool holds = rc::check([] {
    const auto history = *any_history();
    Play play(history.short_window);
    for (const auto& step : history.steps) {
      const auto problem = play.go(step);
      if (problem) RC_FAIL("\n" + play.told() + "  " + *problem + "\n");
    }
    const auto difference = play.difference();
    if (difference) RC_FAIL("\n" + play.told() + "  " + *difference + "\n");
  });
  CHECK(holds);
}
