#include "lib/consent/proof_window.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;

namespace {

std::string end_after(const ProofWindow& window, const std::string& withdrawn_at) {
  return to_rfc3339(end_of(window, parse_rfc3339(withdrawn_at).value()));
}

}  // namespace

TEST_CASE("the proof window ends three calendar years after the withdrawal, to the millisecond") {
  CHECK(end_after({}, "2026-03-15T09:30:15.123Z") == "2029-03-15T09:30:15.123Z");
  CHECK(end_after({}, "2026-12-31T23:59:59.999Z") == "2029-12-31T23:59:59.999Z");
  CHECK(end_after({}, "2027-01-01T00:00:00.000Z") == "2030-01-01T00:00:00.000Z");
  CHECK(end_after({}, "1969-06-30T12:00:00.001Z") == "1972-06-30T12:00:00.001Z");
}

TEST_CASE("a clock change in Germany moves no end: years are counted in UTC") {
  CHECK(end_after({}, "2026-03-29T00:59:59.999Z") == "2029-03-29T00:59:59.999Z");
  CHECK(end_after({}, "2026-03-29T01:00:00.000Z") == "2029-03-29T01:00:00.000Z");
  CHECK(end_after({}, "2026-10-25T01:00:00.000Z") == "2029-10-25T01:00:00.000Z");
}

TEST_CASE("a withdrawal on 29 February ends on the last day of February, never in March") {
  CHECK(end_after({}, "2028-02-29T00:00:00.000Z") == "2031-02-28T00:00:00.000Z");
  CHECK(end_after({}, "2028-02-29T23:59:59.999Z") == "2031-02-28T23:59:59.999Z");
  CHECK(end_after({}, "2028-02-28T23:59:59.999Z") == "2031-02-28T23:59:59.999Z");
  CHECK(end_after({}, "2028-03-01T00:00:00.000Z") == "2031-03-01T00:00:00.000Z");
  CHECK(end_after({.years = 1, .shorter = {}}, "2028-02-29T12:00:00.000Z") == "2029-02-28T12:00:00.000Z");
  CHECK(end_after({.years = 2, .shorter = {}}, "2028-02-29T12:00:00.000Z") == "2030-02-28T12:00:00.000Z");
}

TEST_CASE("an end in a leap year is the same date, not its last day of February") {
  CHECK(end_after({}, "2025-02-28T12:00:00.000Z") == "2028-02-28T12:00:00.000Z");
  CHECK(end_after({.years = 1, .shorter = {}}, "2027-02-28T12:00:00.000Z") == "2028-02-28T12:00:00.000Z");
}

TEST_CASE("an operator's shorter window counts in hours and days") {
  const ProofWindow ninety_days{.years = 3, .shorter = std::chrono::days{90}};
  CHECK(end_after(ninety_days, "2027-12-31T23:59:59.999Z") == "2028-03-30T23:59:59.999Z");
  const ProofWindow second{.years = 3, .shorter = std::chrono::seconds{1}};
  CHECK(end_after(second, "2026-12-31T23:59:59.500Z") == "2027-01-01T00:00:00.500Z");
}

TEST_CASE("no fixed span makes the window longer than the calendar years") {
  const ProofWindow years_in_days{.years = 3, .shorter = std::chrono::days{1096}};
  CHECK(end_after(years_in_days, "2025-06-01T00:00:00.000Z") == "2028-06-01T00:00:00.000Z");
  CHECK(end_after(years_in_days, "2028-06-01T00:00:00.000Z") == "2031-06-01T00:00:00.000Z");
}

TEST_CASE("whenever it begins, a window of calendar years has one leap day at most") {
  CHECK(rc::check([] {
    const auto withdrawn = from_millis(*rc::gen::inRange<std::int64_t>(0, 7'258'118'400'000));  // to 2200
    const auto years = *rc::gen::inRange(1, 4);
    const auto held = end_of({.years = years, .shorter = {}}, withdrawn) - withdrawn;
    RC_ASSERT(held >= std::chrono::days{365 * years});
    RC_ASSERT(held <= std::chrono::days{365 * years + 1});
  }));
}
