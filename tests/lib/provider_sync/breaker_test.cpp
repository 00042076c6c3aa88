#include "lib/provider_sync/breaker.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const BreakerPolicy patient{.failures = 3, .first_pause = 10s, .longest_pause = 60s};
const SteadyTime start{1000s};

Breaker failed(int times) {
  Breaker breaker;
  for (int i = 0; i < times; ++i) breaker = after_failure(breaker, patient, start, std::nullopt);
  return breaker;
}

}  // namespace

TEST_CASE("some failures are borne, then nobody calls for a while") {
  CHECK_FALSE(pause_left(failed(0), start).has_value());
  CHECK_FALSE(pause_left(failed(2), start).has_value());
  CHECK(pause_left(failed(3), start) == 10s);
  CHECK(pause_left(failed(3), start + 9999ms) == 1ms);
  CHECK_FALSE(pause_left(failed(3), start + 10s).has_value());
}

TEST_CASE("a provider that is still failing after its pause gets a longer one, up to the longest") {
  CHECK(pause_left(failed(4), start) == 20s);
  CHECK(pause_left(failed(5), start) == 40s);
  CHECK(pause_left(failed(6), start) == 60s);
  CHECK(pause_left(failed(1000), start) == 60s);
}

TEST_CASE("one success makes all failures forgotten") {
  auto breaker = failed(6);
  breaker = after_success();
  CHECK(breaker == Breaker{});
  breaker = after_failure(breaker, patient, start, std::nullopt);
  CHECK_FALSE(pause_left(breaker, start).has_value());
}

TEST_CASE("a provider that asks to be left alone is left alone, at the first time and for that long") {
  const auto asked = after_failure({}, patient, start, 2min);
  CHECK(pause_left(asked, start) == 2min);
  CHECK_FALSE(pause_left(asked, start + 2min).has_value());
  CHECK(pause_left(after_failure(failed(2), patient, start, 1s), start) == 10s);
}
