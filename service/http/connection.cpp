#include "service/http/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace optledger::http {

void Connection::note_events(std::uint32_t events) {
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readable_ = true;
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) peer_ended_ = true;
}

Connection::Received Connection::take(std::span<char> scratch, std::string_view& bytes) {
  ssize_t count = 0;
  do count = ::recv(number(), scratch.data(), scratch.size(), MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  if (count > 0) {
    bytes = {scratch.data(), static_cast<std::size_t>(count)};
    // A short read has emptied the socket (epoll(7)), unless the stream's end, reported already, is still to
    // be read.
    if (bytes.size() < scratch.size() && !peer_ended_) readable_ = false;
    return Received::some;
  }
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    readable_ = false;
    return Received::nothing_now;
  }
  return Received::ended;
}

Connection::Received Connection::receive(std::span<char> scratch) {
  std::string_view bytes;
  const Received received = take(scratch, bytes);
  reader.append(bytes);
  return received;
}

Connection::Received Connection::discard(std::span<char> scratch) {
  std::string_view bytes;
  const Received received = take(scratch, bytes);
  discarded += bytes.size();
  return received;
}

void Connection::give_to_worker(bool come_back) {
  holder_.store(come_back ? Holder::worker_and_loop_waits : Holder::worker, std::memory_order_release);
}

bool Connection::claim() {
  Holder seen = Holder::worker;
  if (holder_.compare_exchange_strong(seen, Holder::worker_and_loop_waits, std::memory_order_acq_rel))
    return false;
  return seen == Holder::loop;
}

bool Connection::release_quietly() {
  Holder seen = Holder::worker;
  return holder_.compare_exchange_strong(seen, Holder::loop, std::memory_order_acq_rel);
}

void Connection::set_output(std::string bytes) {
  output_ = std::move(bytes);
  sent_ = 0;
}

Connection::Sent Connection::send() {
  while (unsent() > 0) {
    const ssize_t count = ::send(number(), output_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0)
      sent_ += static_cast<std::size_t>(count);
    else if (count == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
      return Sent::failed;
    else if (errno != EINTR)
      return Sent::part;
  }
  set_output({});
  return Sent::all;
}

bool Connection::send_now(std::string_view bytes) const {
  return ::send(number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

void Connection::end_output() const { ::shutdown(number(), SHUT_WR); }

}  // namespace optledger::http
