// What the tests of CleverReach share: a simulator, a client that is in a hurry, some people.
#pragma once

#include "service/provider/cleverreach.hpp"
#include "tests/fakes/counting_entropy.hpp"
#include "tests/provider/simulator.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace optledger::test {

// Waits as the real thing does, a hundred times as fast.
inline CleverReachPatience in_a_hurry() {
  using namespace std::chrono_literals;
  CleverReachPatience patience;
  patience.http = {.connect = 2s, .exchange = 5s, .answer = 1 << 20};
  patience.retry = {.tries = 4, .first_wait = 4ms, .longest_wait = 40ms, .patience = 3s};
  patience.breaker = {.failures = 8, .first_pause = 300ms, .longest_pause = 1s};
  return patience;
}

struct CleverReachCase {
  explicit CleverReachCase(const std::vector<std::string>& switches = {})
      : simulator(switches), config(simulator.config()) {}

  CleverReach& provider() {
    if (!provider_) provider_ = std::make_unique<CleverReach>(config, entropy, abandon.get_token(), patience);
    return *provider_;
  }

  Simulator simulator;
  CleverReachConfig config;  // to be changed before the first call
  CleverReachPatience patience = in_a_hurry();
  std::stop_source abandon;

 private:
  CountingEntropy entropy;
  std::unique_ptr<CleverReach> provider_;
};

inline const Instant asked = parse_rfc3339("2026-11-23T12:00:00.500Z").value();
inline const Instant confirmed = parse_rfc3339("2026-11-23T12:05:00.999Z").value();

inline DesiredReceiver desired(const std::string& email) {
  return {EmailAddress::parse(email).value(), asked, confirmed, false, "Example GmbH", {}, {}};
}

inline std::vector<DesiredReceiver> desired(int count) {
  std::vector<DesiredReceiver> all;
  for (int i = 0; i < count; ++i) all.push_back(desired("person" + std::to_string(i) + "@example.org"));
  return all;
}

// The text of the fault that `act` ends in, which must not tell on anybody.
template <class Fault, class Act>
Fault fault_of(Act act) {
  try {
    act();
  } catch (const Fault& fault) {
    const std::string text = fault.what();
    CAPTURE(text);
    CHECK(text.find('@') == std::string::npos);
    CHECK(text.find("%40") == std::string::npos);
    CHECK(text.find("test-secret") == std::string::npos);
    CHECK(text.find("Bearer") == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    return fault;
  }
  throw std::runtime_error("no such fault");
}

}  // namespace optledger::test
