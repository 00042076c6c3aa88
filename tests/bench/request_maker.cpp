#include "tests/bench/request_maker.hpp"

#include <string_view>

namespace optledger::bench {
namespace {

// As much as a browser sends.
std::string head_of(const RequestPattern& pattern) {
  return "POST " + pattern.path + " HTTP/1.1\r\nHost: " + pattern.host +
         "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
         "\r\nAccept: application/json\r\nAccept-Language: de-DE,de;q=0.9,en;q=0.8"
         "\r\nContent-Type: application/json" +
         (pattern.bearer.empty() ? "" : "\r\nAuthorization: Bearer " + pattern.bearer) +
         "\r\nContent-Length: ";
}

void replace(std::string& text, std::string_view name, const std::string& value) {
  const auto at = text.find(name);
  if (at != std::string::npos) text.replace(at, name.size(), value);
}

}  // namespace

RequestMaker::RequestMaker(RequestPattern pattern)
    : pattern_(std::move(pattern)),
      uses_lines_(pattern_.body.find("{line}") != std::string::npos),
      head_(head_of(pattern_)) {}

bool RequestMaker::next(std::mt19937_64& random, std::string& request) {
  const auto turn = turn_.fetch_add(1, std::memory_order_relaxed);
  if (uses_lines_ && turn >= pattern_.lines.size()) return false;
  const auto body = body_for(turn, random);
  request = head_;
  request += std::to_string(body.size());
  request += "\r\n\r\n";
  request += body;
  return true;
}

std::string RequestMaker::body_for(std::uint64_t turn, std::mt19937_64& random) const {
  const auto number = pattern_.random_below > 0 ? random() % pattern_.random_below : pattern_.first + turn;
  auto body = pattern_.body;
  replace(body, "{n}", std::to_string(number));
  if (uses_lines_) replace(body, "{line}", pattern_.lines[turn]);
  return body;
}

}  // namespace optledger::bench
