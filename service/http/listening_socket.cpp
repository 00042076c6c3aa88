#include "service/http/listening_socket.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>

namespace optledger::http {
namespace {

// Linux cuts it to net.core.somaxconn. Who finds no place tries again after a second by himself, however soon
// one is free.
constexpr int backlog = 4096;

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const ListenAt& at) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int fault = getaddrinfo(at.host.c_str(), std::to_string(at.port).c_str(), &hints, &found);
  if (fault != 0)
    throw CannotListen(fmt::format("cannot listen on {}: {}; write an address such as 127.0.0.1:8080",
                                   to_text(at), gai_strerror(fault)));
  return {found, &freeaddrinfo};
}

void set_option(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof value);
}

[[noreturn]] void refuse(const ListenAt& at, int fault) {
  if (fault == EADDRINUSE)
    throw CannotListen(to_text(at) + " is already in use: is another optledger running?");
  if (fault == EACCES)
    throw CannotListen(to_text(at) + " is not allowed for this user: take a port above 1023, behind a proxy");
  if (fault == EADDRNOTAVAIL) throw CannotListen(to_text(at) + " is not an address of this machine");
  throw CannotListen(fmt::format("cannot listen on {}: {}", to_text(at), std::strerror(fault)));
}

// Returns 0 or the errno of the step that failed.
int open_socket(const addrinfo& address, std::uint16_t port, FileDescriptor& opened) {
  sockaddr_storage to{};
  std::memcpy(&to, address.ai_addr, address.ai_addrlen);
  // The port stands at the same place in both families.
  reinterpret_cast<sockaddr_in*>(&to)->sin_port = htons(port);
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.number() < 0) return errno;
  set_option(socket.number(), SOL_SOCKET, SO_REUSEADDR, 1);
  // Linux hands this down to every accepted connection.
  set_option(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (address.ai_family == AF_INET6) set_option(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.number(), reinterpret_cast<sockaddr*>(&to), address.ai_addrlen) != 0) return errno;
  // With SO_REUSEADDR a second socket may bind beside one that does not listen yet; then this is what fails.
  if (::listen(socket.number(), backlog) != 0) return errno;
  opened = std::move(socket);
  return 0;
}

IpAddress address_of(const sockaddr_storage& storage) {
  IpAddress::Bytes bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, &storage, sizeof address);
    std::copy_n(address.sin6_addr.s6_addr, bytes.size(), bytes.begin());
  } else {
    sockaddr_in address{};
    std::memcpy(&address, &storage, sizeof address);
    std::memcpy(bytes.data() + 12, &address.sin_addr, 4);
  }
  return IpAddress(bytes);
}

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

}  // namespace

std::string to_text(const ListenAt& at) {
  const bool ipv6 = at.host.find(':') != std::string::npos;
  return ipv6 ? fmt::format("[{}]:{}", at.host, at.port) : fmt::format("{}:{}", at.host, at.port);
}

std::optional<ListeningSocket::Accepted> ListeningSocket::accept() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  FileDescriptor socket(
      ::accept4(number(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.number() < 0) return std::nullopt;
  return Accepted{std::move(socket), address_of(storage)};
}

ListeningSocket adopt_socket(int number, bool metrics) {
  int listens = 0;
  socklen_t size = sizeof listens;
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0 ||
      getsockname(number, reinterpret_cast<sockaddr*>(&storage), &length) != 0 ||
      (storage.ss_family != AF_INET && storage.ss_family != AF_INET6)) {
    throw CannotListen(fmt::format(
        "descriptor {} of the service manager is no listening TCP socket: use ListenStream=", number));
  }
  FileDescriptor socket(number);
  fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK);
  set_option(number, IPPROTO_TCP, TCP_NODELAY, 1);
  char host[NI_MAXHOST] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&storage), length, host, sizeof host, nullptr, 0,
              NI_NUMERICHOST);
  return ListeningSocket(std::move(socket), {.host = host, .port = port_of(number), .metrics = metrics});
}

std::vector<ListeningSocket> listen_at(const ListenAt& at) {
  std::vector<ListeningSocket> sockets;
  const Addresses addresses = resolve(at);
  ListenAt actual = at;
  int missing = EADDRNOTAVAIL;
  for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
    FileDescriptor socket(-1);
    const int fault = open_socket(*address, actual.port, socket);
    if (fault == EADDRNOTAVAIL || fault == EAFNOSUPPORT) {
      // localhost names ::1 too, also on a machine without IPv6: one address that works is enough.
      missing = fault;
      continue;
    }
    if (fault != 0) refuse(actual, fault);
    actual.port = port_of(socket.number());
    sockets.push_back(ListeningSocket(std::move(socket), actual));
  }
  if (sockets.empty()) refuse(at, missing);
  return sockets;
}

}  // namespace optledger::http
