// Sockets that wait for connections. A port in use is an error, never shared: SO_REUSEPORT, which cpp-httplib
// sets, would let two processes take turns answering.
#pragma once

#include "service/http/file_descriptor.hpp"
#include "service/http/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace optledger::http {

struct ListenAt {
  std::string host;        // an address or a name; IPv6 without brackets
  std::uint16_t port = 0;  // 0: a free one
  bool metrics = false;    // its requests carry on_metrics_listener
};

// "127.0.0.1:8080", "[::1]:8080"
std::string to_text(const ListenAt& at);

// The text says which address, why, and what to do.
struct CannotListen : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ListeningSocket {
 public:
  struct Accepted {
    FileDescriptor socket;  // non-blocking
    IpAddress peer;
  };

  int number() const { return socket_.number(); }
  const ListenAt& at() const { return at_; }  // with the real port

  // Nothing: no connection waits (errno EAGAIN), or none can be taken now (any other errno).
  std::optional<Accepted> accept() const;

 private:
  friend std::vector<ListeningSocket> listen_at(const ListenAt& at);
  friend ListeningSocket adopt_socket(int number, bool metrics);
  ListeningSocket(FileDescriptor socket, ListenAt at) : socket_(std::move(socket)), at_(std::move(at)) {}

  FileDescriptor socket_;
  ListenAt at_;
};

// One that listens already: a service manager has opened it, and keeps it while the service restarts, so that
// nobody is turned away meanwhile. Throws CannotListen when it is none.
ListeningSocket adopt_socket(int number, bool metrics);

// One socket for every address the host stands for. Throws CannotListen.
std::vector<ListeningSocket> listen_at(const ListenAt& at);

}  // namespace optledger::http
