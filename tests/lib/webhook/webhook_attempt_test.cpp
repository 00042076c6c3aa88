#include "lib/webhook/webhook_attempt.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace optledger;
using namespace std::chrono_literals;

TEST_CASE("a webhook is sent again by the standard's schedule, and given up after ten tries") {
  std::vector<Duration> waits;
  for (int tries = 1; const auto wait = next_webhook_try(tries, std::nullopt, 0); ++tries)
    waits.push_back(*wait);
  CHECK(waits == std::vector<Duration>{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h});
}

TEST_CASE("what failed together comes back spread, and never sooner than the receiver asked") {
  CHECK(next_webhook_try(2, std::nullopt, 0.5) == 330s);
  CHECK(next_webhook_try(2, 1s, 0) == 5min);
  CHECK(next_webhook_try(2, 10min, 0) == 10min);
  CHECK(next_webhook_try(2, 10min, 0.999) < 12min);
}

TEST_CASE("only 2xx is a yes, a redirect is a failure, and 410 ends it") {
  for (const int status : {200, 201, 202, 204, 299}) CHECK(webhook_answer(status) == WebhookAnswer::taken);
  for (const int status : {0, 100, 199, 300, 301, 302, 303, 307, 308, 400, 404, 409, 411, 429, 500, 503})
    CHECK(webhook_answer(status) == WebhookAnswer::failed);
  CHECK(webhook_answer(410) == WebhookAnswer::gone);
}

TEST_CASE("a receiver that is down is told from a message that it does not like") {
  for (const int status : {0, 429, 500, 502, 503}) CHECK(is_receiver_down(status));
  for (const int status : {301, 400, 401, 404, 422}) CHECK_FALSE(is_receiver_down(status));
}
