#include "lib/base/central_european_time.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

std::string berlin(const std::string& utc) {
  const auto local = to_central_european(parse_rfc3339(utc).value());
  return to_rfc3339(Instant{local.time_since_epoch()}).substr(0, 23);  // the same digits, without the Z
}

TEST_CASE("clocks in Berlin jump at 01:00 UTC on the last Sundays of March and October") {
  struct Switch {
    const char* spring;
    const char* autumn;
  };
  // The days as the Physikalisch-Technische Bundesanstalt publishes them; 2024 and 2027 have a 31st that is a
  // Sunday.
  for (const auto& [spring, autumn] : {Switch{"2024-03-31", "2024-10-27"}, Switch{"2026-03-29", "2026-10-25"},
                                       Switch{"2027-03-28", "2027-10-31"}}) {
    const std::string in_spring = spring;
    const std::string in_autumn = autumn;
    CHECK(berlin(in_spring + "T00:59:59.999Z") == in_spring + "T01:59:59.999");
    CHECK(berlin(in_spring + "T01:00:00.000Z") == in_spring + "T03:00:00.000");
    CHECK(berlin(in_autumn + "T00:59:59.999Z") == in_autumn + "T02:59:59.999");
    CHECK(berlin(in_autumn + "T01:00:00.000Z") == in_autumn + "T02:00:00.000");
  }
}

TEST_CASE("a late evening in UTC is the next day in Berlin") {
  CHECK(berlin("2026-12-31T23:30:00.000Z") == "2027-01-01T00:30:00.000");
  CHECK(berlin("2026-07-31T22:00:00.000Z") == "2026-08-01T00:00:00.000");
}

}  // namespace
}  // namespace optledger
