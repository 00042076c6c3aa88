// One call of CleverReach's API, as the product means it: with a token that is renewed when it has to be,
// tried again while that may help, and not at all while the API is to be left alone. Private to this room.
#pragma once

#include "lib/provider_sync/breaker.hpp"
#include "lib/provider_sync/next_attempt.hpp"
#include "service/config/config.hpp"
#include "service/net/http_client.hpp"
#include "service/provider/cleverreach_answers.hpp"
#include "service/world/entropy.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace optledger {

struct CleverReachPatience {
  HttpLimits http;
  RetryPolicy retry;
  BreakerPolicy breaker;
};

namespace cleverreach {

struct Call {
  std::string doing;  // for errors: "write receivers"
  std::string method;
  std::string path;  // below base_url, encoded
  std::optional<Json> body = {};
  std::vector<int> understood = {};  // statuses of errors that are an answer to the caller
  bool only_once = false;            // never repeated when it may have had its effect
};

class Api {
 public:
  Api(const CleverReachConfig& config, const CleverReachPatience& patience, Entropy& entropy,
      std::stop_token abandon);

  // `read` makes a Read<…> of a success or an understood error. An answer it cannot read is tried again like
  // no answer. Throws ProviderUnavailable and ProviderRefused.
  template <class ReadAnswer>
  auto ask(const Call& call, ReadAnswer read) {
    decltype(read(Answer{})) result;
    repeat(call, [&](const Answer& answer) {
      result = read(answer);
      return result ? std::string() : result.error();
    });
    return *std::move(result);
  }

  std::int64_t calls() const { return calls_; }

 private:
  struct Failure {
    std::string why;
    std::optional<Duration> told = {};  // how long to stay away
    bool is_busy = false;               // 429
    bool may_have_arrived = true;
    bool broken_off = false;
  };
  using Accept = std::function<std::string(const Answer&)>;  // what is not understood; empty: all is
  using Try = std::optional<Failure>;                        // nothing: accepted

  void repeat(const Call& call, const Accept& accept);
  Try try_once(const Call& call, const Accept& accept);
  Try ensure_token();
  tl::expected<Answer, Failure> exchange(const HttpRequest& request);
  HttpRequest request_of(const Call& call) const;
  HttpRequest token_request() const;
  void pause(Duration wait) const;
  double jitter();
  // The wait before the next try; nothing: there is none.
  std::optional<Duration> note(const Failure& failure, const Call& call, int tries);

  const CleverReachConfig& config_;
  CleverReachPatience patience_;
  Entropy& entropy_;
  std::stop_token abandon_;
  HttpClient http_;
  Breaker breaker_;
  Secret token_;
  SteadyTime token_ends_{};
  std::int64_t calls_ = 0;
};

}  // namespace cleverreach
}  // namespace optledger
