#include "service/http/request_reader.hpp"

#include <algorithm>
#include <utility>

namespace optledger::http {

RequestReader::Step RequestReader::next(const HeadLimits& limits) {
  if (input_.empty()) return Missing::all;
  if (!head_) {
    HeadReading reading = parse_request_head(input_, limits, scanned_);
    if (const auto* refusal = std::get_if<Refusal>(&reading)) return *refusal;
    if (const auto* incomplete = std::get_if<HeadIncomplete>(&reading)) {
      scanned_ = incomplete->scanned;
      return Missing::head;
    }
    head_ = std::get<RequestHead>(std::move(reading));
    // Grown by doubling, many unfinished bodies would take twice the memory that is counted for them.
    input_.reserve(head_->size + std::min(head_->content_length, limits.body));
  }
  if (input_.size() < head_->size + head_->content_length) return Missing::body;
  return take_complete();
}

RequestReader::Complete RequestReader::take_complete() {
  RequestHead head = std::move(*head_);
  head_.reset();
  scanned_ = 0;
  Complete complete;
  complete.keep_alive = head.keep_alive;
  complete.size = head.size + head.content_length;
  complete.request.method = std::move(head.method);
  complete.request.path = std::move(head.path);
  complete.request.query = std::move(head.query);
  complete.request.headers = std::move(head.headers);
  complete.request.body = input_.substr(head.size, head.content_length);
  // A new string: a connection that waits for its next request keeps no buffer.
  input_ = std::string(std::string_view(input_).substr(complete.size));
  return complete;
}

bool RequestReader::take_wish_to_continue() { return head_ && std::exchange(head_->expect_continue, false); }

}  // namespace optledger::http
