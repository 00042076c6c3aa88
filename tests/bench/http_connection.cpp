#include "tests/bench/http_connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace optledger::bench {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view length_name = "\r\nContent-Length: ";  // as both servers here spell it

int number_at(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

HttpConnection::HttpConnection(const std::string& ipv4, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, ipv4.c_str(), &address.sin_addr);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(socket_);
    throw std::system_error(error, std::generic_category(), "connect");
  }
}

HttpConnection::~HttpConnection() { ::close(socket_); }

bool HttpConnection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

bool HttpConnection::receive_some() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

int HttpConnection::exchange(std::string_view request) {
  if (!send_all(request)) return 0;
  received_.clear();
  std::size_t end_of_head = std::string::npos;
  while ((end_of_head = received_.find(head_end)) == std::string::npos) {
    if (!receive_some()) return 0;
  }
  const auto length_at = received_.find(length_name);
  const bool has_length = length_at < end_of_head;
  const int length =
      has_length ? number_at(std::string_view(received_).substr(length_at + length_name.size())) : 0;
  const auto size = end_of_head + head_end.size() + static_cast<std::size_t>(length);
  while (received_.size() < size) {
    if (!receive_some()) return 0;
  }
  return number_at(std::string_view(received_).substr(std::string_view("HTTP/1.1 ").size()));
}

}  // namespace optledger::bench
