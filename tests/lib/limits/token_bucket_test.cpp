#include "lib/limits/token_bucket.hpp"

#include "lib/limits/bucket_table.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

constexpr Rate three_a_minute{3, 60s};
constexpr Elapsed steady_start = 1000h;

Id bucket_key(int number) {
  Id id{};
  id[0] = static_cast<std::uint8_t>(number >> 8);
  id[1] = static_cast<std::uint8_t>(number);
  return id;
}

}  // namespace

TEST_CASE("a bucket gives what it holds at once, and then one at a time") {
  Elapsed full_at{0};
  for (const std::int64_t left : {3, 2, 1}) {
    CHECK(tokens_left(three_a_minute, full_at, steady_start) == left);
    CHECK(until_next_token(three_a_minute, full_at, steady_start) == 0s);
    full_at = full_after_taking_one(three_a_minute, full_at, steady_start);
  }
  CHECK(tokens_left(three_a_minute, full_at, steady_start) == 0);
  CHECK(until_next_token(three_a_minute, full_at, steady_start) == 20s);
  CHECK(until_next_token(three_a_minute, full_at, steady_start + 15s) == 5s);
  CHECK(tokens_left(three_a_minute, full_at, steady_start + 20s) == 1);
  CHECK(until_next_token(three_a_minute, full_at, steady_start + 20s) == 0s);
  CHECK(tokens_left(three_a_minute, full_at, steady_start + 60s) == 3);
  CHECK(tokens_left(three_a_minute, full_at, steady_start + 9999s) == 3);
}

TEST_CASE("in no span of the window more is given than twice the rate, and in the long run the rate") {
  Elapsed full_at{0};
  int taken = 0;
  for (Elapsed now = steady_start; now < steady_start + 600s; now += 100ms) {
    if (until_next_token(three_a_minute, full_at, now) > 0s) continue;
    full_at = full_after_taking_one(three_a_minute, full_at, now);
    ++taken;
    if (now < steady_start + 60s) CHECK(taken <= 6);
  }
  CHECK(taken == 3 + 29);
}

TEST_CASE("a rate that is changed meanwhile holds at once, and leaves no debt longer than its own window") {
  const Elapsed full_at = steady_start + 1h;  // empty, by an older rate
  CHECK(until_next_token(three_a_minute, full_at, steady_start) == 20s);
  CHECK(tokens_left({100, 1h}, steady_start + 36s, steady_start) == 99);
}

TEST_CASE("a table of buckets forgets those that are full again, and never holds more than it may") {
  BucketTable table(100);
  for (int i = 0; i < 100; ++i) table.keep(bucket_key(i), steady_start + 10s, steady_start);
  CHECK(table.size() == 100);
  table.keep(bucket_key(500), steady_start + 30s, steady_start + 20s);
  CHECK(table.size() == 99);  // two that were full are gone
  for (int i = 600; i < 5000; ++i) table.keep(bucket_key(i), steady_start + 40s, steady_start + 20s);
  CHECK(table.size() == 100);
}

TEST_CASE("who floods a table of buckets with fresh ones does not get rid of an empty one") {
  BucketTable table(100);
  table.keep(bucket_key(1), steady_start + 1h, steady_start);  // took all there was
  for (int i = 2; i < 5000; ++i) table.keep(bucket_key(i), steady_start + 1min, steady_start);
  CHECK(table.full_at(bucket_key(1)) == steady_start + 1h);
  CHECK(table.size() == 100);
  CHECK(table.full_at(bucket_key(2)) == Elapsed{0});
}
