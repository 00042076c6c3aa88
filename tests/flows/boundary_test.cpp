// "Deleted when now >= T, counted in UTC": every period a millisecond and a second before its end, at it, and
// behind it, on a machine in Wiesbaden as on one in UTC.
#include "tests/flows/evidence.hpp"
#include "tests/flows/stage.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <functional>

using namespace optledger;
using namespace optledger::test;
using namespace std::chrono_literals;

namespace {

const std::string anna = "Annegret@letters.example";
const std::string host = "@letters.example";

Instant instant(const char* text) { return parse_rfc3339(text).value(); }

// Where the machine believes it is. Nothing may depend on it.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~TimeZone() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

void everywhere(const std::function<void()>& check) {
  for (const char* name : {"UTC", "Europe/Berlin", "Pacific/Kiritimati"}) {
    CAPTURE(name);
    const TimeZone zone(name);
    check();
  }
}

struct Beside {
  Duration offset;
  bool is_over;  // at the end + offset
};
constexpr Beside beside_the_end[] = {{-1s, false}, {-1ms, false}, {0ms, true}, {1ms, true}, {1s, true}};

std::string sign_up(Stage& stage, const std::string& list = "news") {
  stage.sign_up(anna, list);
  return stage.claim().at(0).token;
}

std::string subscribe(Stage& stage) {
  return Stage::unsubscribe_token(stage.confirm(sign_up(stage)).subscription.value());
}

void forget(Stage& stage) {
  stage.accept_clock();
  REQUIRE(stage.forget());
  if (stage.store().has_traces()) REQUIRE(stage.store().purge_deleted());
}

Fingerprint fingerprint_of_anna() {
  return fingerprint_of(EmailAddress::parse(anna).value(), Stage::fingerprint_key);
}

bool stands_in_files(Stage& stage) {
  return !addresses_in_files(stage.folder(), host, anna.size() - host.size()).empty();
}

struct Kept {
  bool signup = false;
  bool subscription = false;
  bool rule = false;
  bool bytes = false;
  bool operator==(const Kept&) const = default;
};

Kept kept_of_anna(Stage& stage) {
  const auto person = fingerprint_of_anna();
  return read_from(stage.store(), [&](Reading& reading) {
    return Kept{!reading.signups(person, "news").empty(), reading.subscription(person, "news").has_value(),
                !reading.suppressions(person).empty(), stands_in_files(stage)};
  });
}

// Unsubscribed at one moment, everything must be gone at the other.
void check_window(const char* unsubscribed_at, const char* gone_at) {
  CAPTURE(std::string(unsubscribed_at));
  for (const auto& [offset, is_over] : beside_the_end) {
    CAPTURE(offset.count());
    Stage stage(instant(unsubscribed_at) - 1h, {});
    const auto token = subscribe(stage);
    stage.clock.set(instant(unsubscribed_at));
    stage.unsubscribe(token);
    stage.clock.set(instant(gone_at) + offset);
    forget(stage);
    CHECK(kept_of_anna(stage) == (is_over ? Kept{} : Kept{true, true, true, true}));
  }
}

}  // namespace

TEST_CASE("a link confirms until its end and not at it, also on leap days and days of a clock change") {
  everywhere([] {
    for (const char* signed_up_at : {"2026-11-23T12:00:00.000Z", "2028-02-22T23:30:00.000Z",
                                     "2027-03-21T01:30:00.000Z", "2026-10-18T00:30:00.000Z"}) {
      for (const auto& [offset, is_over] : beside_the_end) {
        Stage stage(instant(signed_up_at), {});
        const auto token = sign_up(stage);
        stage.clock.set(instant(signed_up_at) + 7 * 24h + offset);
        CHECK((stage.confirm(token).state == LinkState::open) == !is_over);
      }
    }
  });
}

TEST_CASE("an unconfirmed sign-up is erased at its end, not a millisecond before, and no byte stays") {
  everywhere([] {
    for (const auto& [offset, is_over] : beside_the_end) {
      Stage stage(instant("2028-02-22T12:00:00.000Z"), {});
      sign_up(stage);
      stage.clock.set(instant("2028-02-29T12:00:00.000Z") + offset);
      forget(stage);
      CHECK(kept_of_anna(stage).signup == !is_over);
      CHECK(stands_in_files(stage) == !is_over);
    }
  });
}

TEST_CASE("evidence and rule go three calendar years after the unsubscription, not a millisecond before") {
  everywhere([] { check_window("2026-03-15T09:30:15.123Z", "2029-03-15T09:30:15.123Z"); });
}

TEST_CASE("who unsubscribes on 29 February is forgotten on 28 February") {
  everywhere([] {
    check_window("2028-02-29T00:00:00.000Z", "2031-02-28T00:00:00.000Z");
    check_window("2028-02-29T23:59:59.999Z", "2031-02-28T23:59:59.999Z");
    // 29 February in Berlin already, and 1 March in Berlin already.
    check_window("2028-02-28T23:30:00.000Z", "2031-02-28T23:30:00.000Z");
    check_window("2028-02-29T23:30:00.000Z", "2031-02-28T23:30:00.000Z");
  });
}

TEST_CASE("who unsubscribes on a day of a clock change is forgotten at the same time in UTC") {
  everywhere([] {
    // In Berlin 01:30 and 03:30 on the day that has no 02:30; three years later 02:30 and 03:30, in summer.
    check_window("2026-03-29T00:30:00.000Z", "2029-03-29T00:30:00.000Z");
    check_window("2026-03-29T01:30:00.000Z", "2029-03-29T01:30:00.000Z");
    // Both times 02:30 in Berlin; three years later 02:30 and 03:30, still in summer.
    check_window("2026-10-25T00:30:00.000Z", "2029-10-25T00:30:00.000Z");
    check_window("2026-10-25T01:30:00.000Z", "2029-10-25T01:30:00.000Z");
  });
}

TEST_CASE("a shorter window is counted in hours, whatever the clocks in Berlin do meanwhile") {
  everywhere([] {
    for (const auto& [offset, is_over] : beside_the_end) {
      Stage stage(instant("2026-10-20T12:00:00.000Z"), {.years = 3, .shorter = 24h * 10});
      stage.unsubscribe(subscribe(stage));
      stage.clock.set(instant("2026-10-30T12:00:00.000Z") + offset);
      forget(stage);
      CHECK(kept_of_anna(stage) == (is_over ? Kept{} : Kept{true, true, true, true}));
    }
  });
}

TEST_CASE("an erasure receipt and its rule go when the proof window would have ended") {
  everywhere([] {
    for (const auto& [offset, is_over] : beside_the_end) {
      Stage stage(instant("2028-02-29T12:00:00.000Z"), {});
      stage.unsubscribe(subscribe(stage));
      stage.clock.advance(24h);
      stage.erase(anna, std::nullopt, true);
      stage.clock.set(instant("2031-02-28T12:00:00.000Z") + offset);
      forget(stage);
      CHECK(kept_of_anna(stage) == Kept{false, false, !is_over, false});
      const auto receipts = read_from(
          stage.store(), [](Reading& reading) { return reading.erasure_receipts(fingerprint_of_anna()); });
      CHECK(receipts.empty() == is_over);
    }
  });
}

TEST_CASE("a clock that is ahead by more than the allowed jump deletes nothing, by exactly that it does") {
  everywhere([] {
    for (const auto& [ahead, is_trusted] : {std::pair{Duration{-1s}, true},
                                            {Duration{-1ms}, true},
                                            {Duration{0}, true},
                                            {Duration{1ms}, false},
                                            {Duration{1s}, false}}) {
      Stage stage(instant("2028-02-10T12:00:00.000Z"), {});
      sign_up(stage);
      REQUIRE(stage.forget());
      stage.clock.set(instant("2028-03-12T12:00:00.000Z") + ahead);
      CHECK(stage.forget() == is_trusted);
      CHECK(kept_of_anna(stage).signup == !is_trusted);
      if (is_trusted) continue;
      stage.restart();
      CHECK(kept_of_anna(stage).signup);
      stage.accept_clock();
      CHECK(stage.forget());
      CHECK_FALSE(kept_of_anna(stage).signup);
    }
  });
}

TEST_CASE("a letter is not tried again when its link would be over by then") {
  everywhere([] {
    // After many tries the wait is four hours.
    for (const auto& [offset, is_over] : beside_the_end) {
      Stage stage(instant("2028-02-22T12:00:00.000Z"), {});
      stage.sign_up(anna, "news");
      auto letter = stage.claim().at(0);
      letter.attempts = 9;
      stage.clock.set(instant("2028-02-29T08:00:00.000Z") + offset);
      stage.record(letter, DeliveryOutcome::temporary);
      const auto far = instant("2028-03-01T00:00:00.000Z");
      CHECK(read_from(stage.store(), [&](Reading& reading) { return reading.has_due_letter(far); }) ==
            !is_over);
    }
  });
}
