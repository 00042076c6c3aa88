// Timestamps of RFC 3161: somebody else's signed word that certain bytes existed at a certain time. They are
// made of a SHA-256 alone, so the authority learns nothing. A token that does not hold in every respect is
// refused, and the refusal says in which, in one line; nothing here reads a clock or the network.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "service/world/entropy.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

inline constexpr std::size_t longest_timestamp = std::size_t{64} << 10;

// How far an authority's clock and ours may be apart when a timestamp is received.
inline constexpr Duration clock_tolerance = std::chrono::minutes{5};

struct TimestampQuery {
  Digest imprint{};  // SHA-256 of what is to be stamped
  std::string nonce;
  std::string der;  // the request itself: application/timestamp-query
};
TimestampQuery timestamp_query(std::string_view message, Entropy& entropy);

struct Timestamp {
  Instant at{};           // the authority's word: the bytes existed by then
  std::string authority;  // the subject of the certificate that signed
  std::string policy;     // under which, as numbers and dots
  std::string serial;     // hex
};

struct ReceivedTimestamp {
  std::string token;  // DER; what verify_timestamp() takes
  Timestamp timestamp;
};

// What an authority answered to a query. `ca_pem` holds the certificates that its own has to lead to, both
// at the time it states and `now`.
tl::expected<ReceivedTimestamp, std::string> read_timestamp_answer(std::string_view answer,
                                                                   const TimestampQuery& query,
                                                                   std::string_view ca_pem, Instant now);

// A token found in a file. With `ca_pem` the authority's certificate has to have led there at the time the
// token states, however long ago. Without, the signature is checked against the certificate in the token
// itself, so the token proves nothing more than that whoever made it had that key.
tl::expected<Timestamp, std::string> verify_timestamp(std::string_view token, std::string_view message,
                                                      std::optional<std::string_view> ca_pem);

}  // namespace optledger
