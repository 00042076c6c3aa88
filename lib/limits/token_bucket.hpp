// How often something may happen: a bucket of tokens that fills evenly. Pure: the time comes in, as what a
// steady clock says, never as a date.
//
// A bucket is kept as one moment, that at which it will be full again: every token taken moves it on. So a
// full bucket needs no place at all, and nothing has to be filled up by anybody.
#pragma once

#include "lib/base/instant.hpp"

#include <chrono>
#include <cstdint>

namespace optledger {

// "60/1h": 60 at once, and one more every minute.
struct Rate {
  int count = 1;
  Duration window{};

  bool operator==(const Rate&) const = default;
};

// Since some moment that means nothing by itself.
using Elapsed = std::chrono::nanoseconds;

// Tokens that can be taken at once, none or more. `full_at` of a bucket nobody has taken from: anything up to
// `now`.
std::int64_t tokens_left(const Rate& rate, Elapsed full_at, Elapsed now);

// How long until there is one; zero when there is.
Elapsed until_next_token(const Rate& rate, Elapsed full_at, Elapsed now);

// When it is full after one was taken. The caller has seen that there is one.
Elapsed full_after_taking_one(const Rate& rate, Elapsed full_at, Elapsed now);

}  // namespace optledger
