// The guarded HTTP server. One thread reads all connections by epoll, under size limits and total deadlines,
// and only complete, checked requests reach the workers: a slow client costs a file descriptor, never a
// thread.
#pragma once

#include "lib/base/instant.hpp"
#include "service/http/front_counters.hpp"
#include "service/http/ip_address.hpp"
#include "service/http/listening_socket.hpp"
#include "service/http/message.hpp"
#include "service/http/request_head.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace optledger::http {

struct FrontLimits {
  HeadLimits head;
  std::size_t workers = 48;  // threads that run the handler
  std::size_t queue = 512;   // complete requests waiting for a worker; more are answered 503, those of the
                             // client with the most of them first
  std::size_t connections = 4096;             // in all; more are answered 503
  std::size_t connections_per_address = 128;  // an IPv4 address or an IPv6 /64; more are answered 429
  // Of all connections together. More is answered 503 on those that hold more than an equal share of it (16
  // KiB), so that there is never more than twice as much.
  std::size_t buffered_bytes = 64 * 1024 * 1024;
  // Deadlines are for the whole of what they name, not for a single read or write. Those of idle connections
  // and of heads are a fifth while more than three quarters of the connections are taken.
  std::chrono::milliseconds idle_time{15'000};   // a kept connection without a byte of its next request
  std::chrono::milliseconds head_time{10'000};   // from the head's first byte
  std::chrono::milliseconds body_time{30'000};   // from the head's last byte
  std::chrono::milliseconds write_time{30'000};  // an answer that did not fit into the socket at once
  std::chrono::milliseconds linger_time{2'000};  // for the client to read the last answer and close
};

struct Inherited {
  int socket;  // a descriptor that listens already
  bool metrics = false;
};

struct FrontSettings {
  std::vector<ListenAt> listeners;
  AddressBlocks trusted_proxies;  // their connections do not count against the cap for each address
  FrontLimits limits;
  std::function<Instant()> now;  // for the Date header; empty: none is sent
  std::function<void(std::string_view what)>
      on_fault;                           // hears of exceptions the handler let through; may be empty
  std::vector<Inherited> inherited = {};  // in place of the listeners of the same kind
};

// Runs on many worker threads at once. Should not throw; if it does, the answer is a bare 500.
using Handler = std::function<Response(Request&&)>;

class Front {
 public:
  // Binds and listens, so that a port in use is known before anything else starts. Throws CannotListen.
  Front(FrontSettings settings, Handler handler);
  ~Front();  // as drain() without patience

  const std::vector<ListenAt>& bound()
      const;  // with the real ports; several for a name with several addresses

  void start();

  // Closes the listening sockets; kept connections that wait for nothing are closed, answers carry
  // Connection: close.
  void stop_accepting();

  // Waits until every request in flight is answered, then ends all threads. After `patience` (a steady time)
  // the remaining connections are cut and queued requests dropped; a handler that is running is waited for.
  // False: some were cut.
  bool drain(std::chrono::milliseconds patience);

  const FrontCounters& counters() const;

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace optledger::http
