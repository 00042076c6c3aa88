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

// Rare ones that chance would find only now and then.
TEST_CASE("the histories that found a defect, or would have, stay found") {
  History history;
  SUBCASE(
      "whoever confirms anew while the answer to their deletion is lost was not deleted there by others") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},  {Verb::erase, 0, 0, 0},
                     {Verb::wait, 0, 0, 0},    {Verb::run, 0, 14, 2}, {Verb::confirm, 0, 0, 0}};
  }
  SUBCASE("whoever is erased after a first call whose answer was lost is found there and deleted") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 16, 3}, {Verb::erase, 0, 0, 0}};
  }
  SUBCASE("nobody is brought back without a look right before") {
    history.steps = {{Verb::confirm, 0, 0, 0},           {Verb::run, 0, 0, 0},
                     {Verb::unsubscribe_there, 0, 0, 0}, {Verb::wait, 0, 2, 0},
                     {Verb::confirm, 0, 0, 0},           {Verb::run, 0, 24, 0},
                     {Verb::unsubscribe_there, 0, 0, 3}};
  }
  SUBCASE("whoever comes back before the evidence of their first time is deleted is still owed") {
    history.steps = {{Verb::confirm, 2, 0, 0}, {Verb::run, 0, 0, 0},   {Verb::delete_there, 2, 0, 0},
                     {Verb::run, 0, 29, 0},    {Verb::wait, 0, 0, 0},  {Verb::wait, 0, 111, 0},
                     {Verb::confirm, 2, 0, 0}, {Verb::forget, 0, 0, 0}};
  }
  SUBCASE("whoever comes back while their former leaving there is being noted has come back") {
    history.steps = {{Verb::confirm, 2, 0, 0}, {Verb::run, 0, 0, 0},  {Verb::unsubscribe_there, 2, 0, 0},
                     {Verb::hint, 2, 0, 0},    {Verb::wait, 0, 2, 0}, {Verb::run, 0, 44, 1},
                     {Verb::confirm, 2, 0, 0}};
  }
  SUBCASE("whoever was entered anew by a call whose answer was lost is taken off under their new number") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},     {Verb::delete_there, 0, 0, 0},
                     {Verb::leave, 0, 0, 0},   {Verb::confirm, 2, 0, 0}, {Verb::run, 0, 0, 0},
                     {Verb::leave, 2, 0, 0},   {Verb::wait, 0, 0, 0},    {Verb::confirm, 0, 0, 0},
                     {Verb::run, 0, 105, 6},   {Verb::leave, 0, 0, 0},   {Verb::run, 0, 0, 0},
                     {Verb::erase, 0, 0, 0}};
  }
  SUBCASE("whoever is deleted there while they confirm anew is not entered again in doubt") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},     {Verb::hint, 0, 0, 0},
                     {Verb::run, 0, 74, 0},    {Verb::confirm, 0, 0, 5}, {Verb::delete_there, 0, 0, 0}};
  }
  SUBCASE("a look stays right before the call, also for who confirms and leaves between the two") {
    history.steps = {{Verb::confirm, 0, 0, 0},           {Verb::run, 0, 0, 0},
                     {Verb::unsubscribe_there, 0, 0, 0}, {Verb::wait, 0, 2, 0},
                     {Verb::confirm, 0, 0, 0},           {Verb::run, 0, 48, 0},
                     {Verb::confirm, 0, 0, 4},           {Verb::unsubscribe_there, 0, 0, 0}};
  }
  SUBCASE("whoever leaves there in the second of our own deactivation has left") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},
                     {Verb::leave, 0, 0, 0},   {Verb::wait, 0, 0, 0},
                     {Verb::run, 0, 0, 0},     {Verb::run, 0, 58, 5},
                     {Verb::confirm, 0, 0, 0}, {Verb::unsubscribe_there, 0, 0, 8}};
  }
  SUBCASE("whoever lifts a restriction that had reached CleverReach is mailed again") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},  {Verb::restrict, 0, 0, 0},
                     {Verb::wait, 0, 2, 0},    {Verb::run, 0, 0, 99}, {Verb::lift, 0, 0, 0}};
  }
  SUBCASE("whoever confirms anew while our deactivation is on its way is mailed again") {
    history.steps = {{Verb::confirm, 0, 0, 0}, {Verb::run, 0, 0, 0},  {Verb::leave, 0, 0, 0},
                     {Verb::wait, 0, 2, 0},    {Verb::run, 0, 0, 99}, {Verb::confirm, 0, 0, 2}};
  }
  Play play(history);
  const auto problem = play.go();
  CHECK_MESSAGE(!problem, play.told() << problem.value_or(""));
}
