// Takes one request after another out of the bytes of a connection, however they arrive.
#pragma once

#include "lib/base/wipe.hpp"
#include "service/http/request_head.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace optledger::http {

class RequestReader {
 public:
  enum class Missing { all, head, body };  // what has not arrived yet: all of the request, a part of it
  struct Complete {
    Request request;  // without what only the socket knows: peer and listener
    bool keep_alive = false;
    std::size_t size = 0;  // bytes of the connection it took
  };
  using Step = std::variant<Missing, Refusal, Complete>;

  RequestReader() = default;
  RequestReader(const RequestReader&) = default;
  RequestReader& operator=(RequestReader other) noexcept {
    input_.swap(other.input_);  // what was here is wiped with `other`
    scanned_ = other.scanned_;
    head_ = std::move(other.head_);
    return *this;
  }
  ~RequestReader() { wipe(input_); }

  void append(std::string_view bytes) { input_.append(bytes); }

  // The next request if it is complete. After a Refusal the reader is not to be asked again.
  Step next(const HeadLimits& limits);

  bool empty() const { return input_.empty(); }

  std::size_t kept() const { return input_.size(); }  // bytes
  // The Content-Length of a request whose head has arrived and whose body has not; else 0.
  std::size_t announced() const { return head_ ? head_->content_length : 0; }

  // True once for a request whose sender waits for "100 Continue" before it sends the body.
  bool take_wish_to_continue();

 private:
  Complete take_complete();

  std::string input_;
  std::size_t scanned_ = 0;
  std::optional<RequestHead> head_;
};

}  // namespace optledger::http
