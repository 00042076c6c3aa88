// The head of one HTTP/1.1 request, from bytes: pure, linear, and stricter than RFC 9112 wherever the RFC
// leaves a choice that two programs could make differently (that difference is what request smuggling lives
// on). Values are taken as they stand; nothing is percent-decoded here.
#pragma once

#include "service/http/message.hpp"
#include "service/http/refusal.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace optledger::http {

struct HeadLimits {
  std::size_t head = 16 * 1024;         // bytes, request line and closing empty line included
  std::size_t request_line = 8 * 1024;  // bytes
  std::size_t target = 4 * 1024;        // bytes
  std::size_t header_lines = 64;
  std::size_t body = 64 * 1024;          // bytes of Content-Length
  std::size_t keyed_body = 1024 * 1024;  // the same, for a request that claims a key or a webhook signature
};

struct RequestHead {
  std::string method;  // upper case, at most 16 characters
  std::string path;    // begins with '/'
  std::string query;   // without '?'
  std::vector<Header> headers;
  std::size_t content_length = 0;
  bool keep_alive = true;
  bool expect_continue = false;
  std::size_t size = 0;  // bytes of the input that the head took; the body begins there
};

// The head has not ended yet and nothing is wrong so far. `scanned` bytes need not be looked at again.
struct HeadIncomplete {
  std::size_t scanned = 0;
};

using HeadReading = std::variant<HeadIncomplete, Refusal, RequestHead>;

// `bytes` begin at the request's first byte. `scanned` comes from the HeadIncomplete of the last try over a
// prefix of the same bytes, so that a head arriving byte by byte costs linear time. After a Refusal the
// connection is to be closed: where the next request would begin is not known.
HeadReading parse_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t scanned = 0);

}  // namespace optledger::http
