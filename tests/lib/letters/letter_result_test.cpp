#include "lib/letters/letter_result.hpp"

#include "lib/base/hash.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const LetterPolicy pauses{{1min, 5min, 15min, 60min, 4h}};

LetterAttempt attempt(DeliveryOutcome outcome, int attempts) {
  return {
      .signup = {.id = Id{1},
                 .list = "news",
                 .fingerprint = {},
                 .address = EmailAddress::parse("a@example.org").value(),
                 .name = std::nullopt,
                 .locale = "de",
                 .letter = {},
                 .state = SignupState::pending,
                 .requested_at = noon,
                 .expires_at = noon + 24h * 7},
      .letter = {sha256("letter"), sha256("token"), "<1@example.org>", "news@example.org", "a@example.org"},
      .attempts = attempts,
      .outcome = outcome,
      .reply = "250 ok"};
}

Changes result(DeliveryOutcome outcome, int attempts, Instant now = noon, double jitter = 0) {
  return record_letter_result(attempt(outcome, attempts), pauses, now, jitter, sha256("salt"));
}

}  // namespace

TEST_CASE("an accepted letter leaves a record with the server's reply and no task") {
  const auto changes = result(DeliveryOutcome::accepted, 0);
  REQUIRE(changes.size() == 2);
  CHECK(std::holds_alternative<RemoveLetter>(changes[0]));
  const auto& record = std::get<AppendRecord>(changes[1]).record;
  CHECK(record.kind == RecordKind::letter_sent);
  CHECK(record.details.at("smtp_reply") == "250 ok");
  CHECK(record.details.at("letter") == to_hex(sha256("letter")));
}

TEST_CASE("a temporary failure is tried again after 1, 5, 15, 60 minutes, then every four hours") {
  const std::vector<Duration> waits{1min, 5min, 15min, 60min, 4h, 4h, 4h};
  for (std::size_t tries = 0; tries < waits.size(); ++tries) {
    const auto changes = result(DeliveryOutcome::temporary, static_cast<int>(tries));
    REQUIRE(changes.size() == 1);
    const auto& again = std::get<RescheduleLetter>(changes[0]);
    CHECK(again.due_at == noon + waits[tries]);
    CHECK(again.attempts == static_cast<int>(tries) + 1);
  }
}

TEST_CASE("jitter spreads a retry by less than a tenth of its wait") {
  const auto again = std::get<RescheduleLetter>(result(DeliveryOutcome::temporary, 4, noon, 0.999)[0]);
  CHECK(again.due_at > noon + 4h);
  CHECK(again.due_at < noon + 4h + 24min);
}

TEST_CASE("no letter is tried after its link is dead") {
  const auto changes = result(DeliveryOutcome::temporary, 9, noon + 24h * 7 - 1h);
  CHECK(std::get<AppendRecord>(changes.at(1)).record.kind == RecordKind::letter_failed);
}

TEST_CASE("a refused letter is evidence too and ends at once") {
  const auto changes = result(DeliveryOutcome::refused, 0);
  CHECK(std::get<AppendRecord>(changes.at(1)).record.kind == RecordKind::letter_failed);
}
