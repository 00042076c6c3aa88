// What the server says by itself, before any route is asked: an RFC 9457 problem for each reason to turn a
// request away. Texts are constants, so nothing a stranger sent is ever echoed.
#pragma once

#include "service/http/message.hpp"

#include <cstddef>
#include <string_view>

namespace optledger::http {

enum class Reason {
  malformed_request,      // 400
  timeout,                // 408: the head or the body did not arrive in time
  length_required,        // 411
  content_too_large,      // 413
  target_too_long,        // 414
  unsupported_encoding,   // 415: Content-Encoding
  expectation_failed,     // 417
  too_many_connections,   // 429: from this address
  header_too_large,       // 431
  internal_error,         // 500
  unknown_method,         // 501
  busy,                   // 503: in all; with Retry-After
  version_not_supported,  // 505
};
inline constexpr std::size_t reason_count = 13;

struct Refusal {
  Reason reason;
  std::string_view detail;  // what is wrong and what would be right
};

int status_of(Reason reason);

// The last part of the problem's type, for example "malformed-request"; also the label in the metrics.
std::string_view name_of(Reason reason);

// application/problem+json with type, title, status and detail.
Response problem(const Refusal& refusal);

}  // namespace optledger::http
