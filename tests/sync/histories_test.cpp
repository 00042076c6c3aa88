// No sequence of faults, breaks and deeds on both sides doubles, loses or revives anyone.
#include "tests/sync/play.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace optledger::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* how_many = "max_success=200 max_size=40";
#else
constexpr const char* how_many = "max_success=2000 max_size=50";
#endif

// rapidcheck takes its numbers from the environment alone, and looks there once. RC_PARAMS from outside
// stays.
const bool is_told = ::setenv("RC_PARAMS", how_many, 0) == 0;

}  // namespace

TEST_CASE("no fault, break or deed on either side doubles, loses or revives anyone") {
  REQUIRE(is_told);
  const bool holds = rc::check([] {
    const auto history = *any_history();
    Play play(history);
    const auto problem = play.go();
    if (problem) RC_FAIL("\n" + play.told() + "  " + *problem + "\n");
  });
  CHECK(holds);
}

TEST_CASE("whoever confirms anew while the answer to their deletion is lost is not taken for deleted there") {
  History history;
  history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},  {Verb::erase, 0, 0, 0},
                   {Verb::wait, 0, 0, 0},    {Verb::run, 0, 14, 2}, {Verb::confirm, 0, 0, 0}};
  Play play(history);
  const auto problem = play.go();
  CHECK_MESSAGE(!problem, play.told() << problem.value_or(""));
}
