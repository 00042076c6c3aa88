// One kept HTTP/1.1 connection to a server on this machine: whole requests in, status codes out. Knows just
// enough to find the end of an answer with a Content-Length, so that the client costs the machine little.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace optledger::bench {

class HttpConnection {
 public:
  HttpConnection(const std::string& ipv4, std::uint16_t port);  // throws std::system_error
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // The status. 0: the connection broke, or nothing came for 30 seconds; then this object is of no more use.
  int exchange(std::string_view request);

 private:
  bool send_all(std::string_view bytes);
  bool receive_some();

  int socket_;
  std::string received_;
};

}  // namespace optledger::bench
