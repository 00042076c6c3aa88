// One HTTP request and one answer as plain values: what the routes see. The library behind the server appears
// in guarded_server.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace optledger::http {

struct Header {
  std::string name;  // lower case in a Request, as sent in a Response
  std::string value;
};

// A request whose head and body have passed every check of request_head.hpp: sizes, framing, characters.
struct Request {
  std::string method;  // upper case
  std::string path;    // percent-encoded as sent, begins with '/', no query
  std::string query;   // percent-encoded as sent, without '?'
  std::vector<Header> headers;
  std::string body;
  std::string peer;  // the socket's other end: canonical text of an IP address (v4-mapped shown as IPv4)
  bool on_metrics_listener = false;

  Request() = default;
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;
  Request(const Request&) = default;
  Request& operator=(const Request&) = default;
  ~Request();  // wipes what may be secret: API keys, tokens in paths and bodies

  // The value of the first header of this (lower-case) name.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  // without Content-Length, Connection and Date, which the server adds
  std::string body;
};

}  // namespace optledger::http
