#include "lib/base/instant.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;

TEST_CASE("instants are written with milliseconds in UTC") {
  const auto instant = from_millis(1795460969123);
  CHECK(to_rfc3339(instant) == "2026-11-23T19:09:29.123Z");
  CHECK(to_rfc5322(instant) == "Mon, 23 Nov 2026 19:09:29 +0000");
  CHECK(to_readable(instant) == "2026-11-23 19:09:29 UTC");
}

TEST_CASE("offsets are taken into account and fractions cut to milliseconds") {
  CHECK(parse_rfc3339("2026-11-23T20:09:29.1239+01:00").value() == from_millis(1795460969123));
  CHECK(parse_rfc3339("2028-02-29T00:00:00Z"));
}

TEST_CASE("what is not RFC 3339 is refused") {
  for (const auto* bad :
       {"", "2026-11-23", "2026-11-23T19:09:29", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T19:09:29Z ", "2026-13-01T00:00:00Z", "2026-11-23T19:09:29.Z", "2026-11-23T19:09:29+1:00",
        "x026-11-23T19:09:29Z", "2026-11-23T19:60:00Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_rfc3339(bad));
  }
}

TEST_CASE("law: every instant of four-digit years survives writing and reading") {
  CHECK(rc::check([] {
    const auto instant = from_millis(*rc::gen::inRange<std::int64_t>(-62135596800000, 253402300799999));
    RC_ASSERT(parse_rfc3339(to_rfc3339(instant)).value() == instant);
  }));
}
