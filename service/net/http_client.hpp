// HTTP/1.1 to one server over libcurl. Certificates are verified, no redirect is followed, no proxy is taken
// from the environment; connect, total time and the size of an answer are bounded.
//
// The connection is kept for the next request. When a kept one turns out dead before a byte of the answer,
// the request goes once more over a fresh one, whatever its method: libcurl does that by itself. A request
// that must never be made twice asks for a fresh connection from the start.
#pragma once

#include "lib/base/instant.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace optledger {

struct HttpLimits {
  Duration connect{std::chrono::seconds{10}};    // TCP and TLS
  Duration exchange{std::chrono::seconds{120}};  // all of one request, connecting included
  std::size_t answer = std::size_t{32} << 20;    // octets of a body
};

// Whom an exchange may be with. `public_only` is decided by the address that is connected to, whatever its
// name said before.
enum class HttpReach { anywhere, public_only };

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string body = {};                  // POST and PUT have one, if only an empty one
  bool only_once = false;
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::optional<Duration> retry_after;  // Retry-After, as seconds or as a date; at most a day
  std::string content_type = {};        // in lower case, without parameters
};

// No answer, or no whole one.
struct HttpFailure {
  bool may_have_arrived = false;  // the server may have done what was asked
  bool broken_off = false;        // by ourselves
  std::string text;               // one line without headers, bodies and path
};

// Used by one thread at a time.
class HttpClient {
 public:
  // A stop requested at `abandon` breaks off an exchange within about a second.
  HttpClient(const HttpLimits& limits, const std::optional<std::filesystem::path>& ca_file,
             std::stop_token abandon, HttpReach reach = HttpReach::anywhere);
  ~HttpClient();

  tl::expected<HttpAnswer, HttpFailure> send(const HttpRequest& request);

 private:
  class Line;  // one easy handle with the answer that is coming in
  std::unique_ptr<Line> line_;
};

}  // namespace optledger
