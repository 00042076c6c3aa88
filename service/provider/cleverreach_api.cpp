#include "service/provider/cleverreach_api.hpp"

#include "lib/base/bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>

namespace optledger::cleverreach {
namespace {

// Nobody knows CleverReach's limits; its own library advises to stay away for a minute.
constexpr Duration pause_when_busy = std::chrono::minutes{1};
constexpr Duration longest_margin = std::chrono::minutes{1};

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

std::string with_words(int status, const std::string& words) {
  const std::string quoted = quotable(words);
  return quoted.empty() ? fmt::format("HTTP {}", status) : fmt::format("HTTP {}: {}", status, quoted);
}

bool is_temporary(int status) { return status == 408 || status == 429 || status >= 500; }

}  // namespace

Api::Api(const CleverReachConfig& config, const CleverReachPatience& patience, Entropy& entropy,
         std::stop_token abandon)
    : config_(config),
      patience_(patience),
      entropy_(entropy),
      abandon_(std::move(abandon)),
      http_(patience.http, config.ca_file, abandon_) {}

void Api::repeat(const Call& call, const Accept& accept) {
  const auto cannot = "CleverReach: could not " + call.doing + ": ";
  if (const auto left = pause_left(breaker_, steady_now())) {
    throw ProviderUnavailable(cannot + "it is left alone for a while after failures", left);
  }
  for (int tries = 1;; ++tries) {
    const Try failure = try_once(call, accept);
    if (!failure) break;
    if (failure->broken_off) throw ProviderUnavailable(cannot + failure->why);
    const auto wait = note(*failure, call, tries);
    if (!wait) {
      throw ProviderUnavailable(fmt::format("{}{} (tries: {})", cannot, failure->why, tries),
                                pause_left(breaker_, steady_now()));
    }
    pause(*wait);
  }
  breaker_ = after_success();
}

std::optional<Duration> Api::note(const Failure& failure, const Call& call, int tries) {
  auto wait = next_attempt(patience_.retry, tries, failure.told, jitter());
  if (call.only_once && failure.may_have_arrived) wait.reset();
  auto told = failure.told;
  if (!wait && !told && failure.is_busy) told = pause_when_busy;
  breaker_ = after_failure(breaker_, patience_.breaker, steady_now(), told);
  const auto left = pause_left(breaker_, steady_now());
  if (wait && left && *left > *wait) wait.reset();
  return wait;
}

Api::Try Api::try_once(const Call& call, const Accept& accept) {
  for (bool renewed = false;; renewed = true) {
    if (auto failure = ensure_token()) return failure;
    const auto answer = exchange(request_of(call));
    if (!answer) return answer.error();
    if (answer->status == 401 && !renewed) {  // revoked before its time
      token_ = Secret();
      continue;
    }
    const bool understood =
        std::find(call.understood.begin(), call.understood.end(), answer->status) != call.understood.end();
    if (!answer->is_success() && !understood) {
      breaker_ = after_success();  // it answers
      throw ProviderRefused(fmt::format("CleverReach refuses to {}: {}", call.doing,
                                        with_words(answer->status, answer->words)));
    }
    const std::string problem = accept(*answer);
    if (problem.empty()) return std::nullopt;
    return Failure{"the answer is not understood: " + problem};
  }
}

Api::Try Api::ensure_token() {
  if (!token_.empty() && steady_now() < token_ends_) return std::nullopt;
  const auto asked = steady_now();
  const auto answer = exchange(token_request());
  if (!answer) {
    auto failure = answer.error();
    failure.may_have_arrived = false;  // the call itself has not been made
    return failure;
  }
  if (!answer->is_success()) {
    breaker_ = after_success();
    throw ProviderRefused(
        "CleverReach gives no token for client_id and client_secret of [list.cleverreach]: " +
        with_words(answer->status, answer->words));
  }
  const auto token = to_access_token(*answer);
  if (!token) return Failure{"no token: " + token.error(), std::nullopt, false, false};
  token_ = token->text;
  token_ends_ = asked + token->lifetime - std::min(token->lifetime / 10, longest_margin);
  return std::nullopt;
}

tl::expected<Answer, Api::Failure> Api::exchange(const HttpRequest& request) {
  ++calls_;
  const auto answer = http_.send(request);
  if (!answer) {
    const HttpFailure& failure = answer.error();
    return tl::unexpected(
        Failure{failure.text, std::nullopt, false, failure.may_have_arrived, failure.broken_off});
  }
  auto parsed = parse_answer(answer->status, answer->body);
  if (!parsed) return tl::unexpected(Failure{"the answer is not understood: " + parsed.error()});
  if (!is_temporary(parsed->status)) return *std::move(parsed);
  const bool is_busy = parsed->status == 429;
  return tl::unexpected(
      Failure{with_words(parsed->status, parsed->words), answer->retry_after, is_busy, !is_busy});
}

HttpRequest Api::request_of(const Call& call) const {
  HttpRequest request{call.method, config_.base_url + call.path, {}, {}, call.only_once};
  request.headers = {"Authorization: Bearer " + token_.reveal(), "Accept: application/json"};
  if (call.method == "POST" || call.method == "PUT") {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = call.body ? call.body->dump(-1, ' ', false, Json::error_handler_t::replace) : "{}";
  }
  return request;
}

HttpRequest Api::token_request() const {
  HttpRequest request{
      "POST", config_.base_url + "/oauth/token.php", {}, "grant_type=client_credentials", false};
  request.headers = {
      "Authorization: Basic " + to_base64(config_.client_id + ":" + config_.client_secret.reveal()),
      "Accept: application/json", "Content-Type: application/x-www-form-urlencoded"};
  return request;
}

// A stop ends it at once; the next exchange then says so.
void Api::pause(Duration wait) const {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any nobody;
  nobody.wait_for(lock, abandon_, wait, [] { return false; });
}

double Api::jitter() {
  std::uint8_t byte = 0;
  entropy_.fill({&byte, 1});
  return byte / 256.0;
}

}  // namespace optledger::cleverreach
