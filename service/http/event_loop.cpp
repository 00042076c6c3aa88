#include "service/http/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace optledger::http {
namespace {

using namespace std::chrono_literals;
using Phase = Connection::Phase;

constexpr std::size_t scratch_size = 64 * 1024;
constexpr int most_accepted_at_once = 128;  // before the connections at hand get their turn again
constexpr std::chrono::milliseconds longest_tick{250};
constexpr std::chrono::milliseconds shortest_tick{10};

FileDescriptor checked(int number, const char* what) {
  if (number < 0) throw std::system_error(errno, std::generic_category(), what);
  return FileDescriptor(number);
}

bool watch(const FileDescriptor& epoll, int operation, int number, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = number;
  return epoll_ctl(epoll.number(), operation, number, &event) == 0;
}

// Deadlines are looked at once in a tick: often enough for the shortest of them.
std::chrono::milliseconds tick(const FrontLimits& limits) {
  const auto shortest = std::min({limits.idle_time, limits.head_time, limits.body_time, limits.write_time});
  return std::clamp(shortest / 4, shortest_tick, longest_tick);
}

}  // namespace

EventLoop::EventLoop(const FrontSettings& settings, std::vector<ListeningSocket> listeners,
                     GuardedServer& server, WorkerPool& workers, FrontCounters& counters)
    : settings_(settings),
      listeners_(std::move(listeners)),
      server_(server),
      workers_(workers),
      counters_(counters),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      scratch_(scratch_size) {
  bool watched = watch(epoll_, EPOLL_CTL_ADD, wakeup_.number(), EPOLLIN | EPOLLET);
  for (const ListeningSocket& listener : listeners_)
    watched = watched && watch(epoll_, EPOLL_CTL_ADD, listener.number(), EPOLLIN);
  if (!watched) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void EventLoop::run() {
  std::array<epoll_event, 256> events{};
  const auto usual_tick = tick(settings_.limits);
  while (!stopping_.load(std::memory_order_acquire)) {
    const bool quiet = open_ == 0 && !accepting_paused_ && accepting();
    const auto between_sweeps = accepting() ? usual_tick : shortest_tick;
    const int timeout = quiet ? -1 : static_cast<int>(between_sweeps.count());
    const int count = epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      handle_event(event.data.fd, event.events);
    }
    take_returned();
    if (!accepting() && listening_) {
      close_listeners();
      next_sweep_ = std::chrono::steady_clock::now() + shortest_tick;
    }
    if (const SteadyTime now = std::chrono::steady_clock::now(); now >= next_sweep_) {
      next_sweep_ = now + between_sweeps;
      sweep();
    }
  }
}

void EventLoop::handle_event(int number, std::uint32_t events) {
  if (number == wakeup_.number()) {
    eventfd_t ignored = 0;
    eventfd_read(number, &ignored);
    return;
  }
  const auto listener = std::ranges::find(listeners_, number, &ListeningSocket::number);
  if (listener != listeners_.end()) return accept_from(*listener);
  const auto index = static_cast<std::size_t>(number);
  if (index >= connections_.size() || !connections_[index]) return;
  Connection& connection = *connections_[index];
  connection.note_events(events);
  if (connection.claim()) carry_on(connection);
}

// --- from and to other threads ---

void EventLoop::wake() { eventfd_write(wakeup_.number(), 1); }

void EventLoop::stop_accepting() {
  draining_.store(true, std::memory_order_release);
  wake();
}

void EventLoop::stop() {
  stopping_.store(true, std::memory_order_release);
  wake();
}

bool EventLoop::wait_until_drained(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return drained_changed_.wait_for(lock, patience, [this] { return drained_; });
}

void EventLoop::send_answer(Connection& connection) {
  if (connection.send() == Connection::Sent::all && !connection.close_after_answer) {
    hold(connection, 0);
    enter(connection, Phase::idle);
    if (connection.release_quietly()) return;
  }
  give_back(connection);
}

void EventLoop::give_back(Connection& connection) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = returned_.empty();
    returned_.push_back(&connection);
  }
  if (first) wake();
}

void EventLoop::take_returned() {
  std::vector<Connection*> returned;
  {
    const std::lock_guard lock(mutex_);
    returned.swap(returned_);
  }
  for (Connection* connection : returned) {
    connection->take_back();
    enter(*connection, Phase::writing);
    carry_on(*connection);
  }
}

// --- accepting ---

void EventLoop::accept_from(const ListeningSocket& listener) {
  for (int i = 0; i < most_accepted_at_once; ++i) {
    errno = 0;
    if (auto accepted = listener.accept()) {
      admit(std::move(*accepted), listener.at());
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // Level-triggered, it would be reported for ever; the next sweep tries again.
      return pause_accepting(true);
    }
  }
}

void EventLoop::admit(ListeningSocket::Accepted accepted, const ListenAt& at) {
  const FrontLimits& limits = settings_.limits;
  if (open_ >= limits.connections)
    return turn_away(accepted.socket,
                     {Reason::busy, "Too many connections are open; try again in a moment."});
  const bool counted = !settings_.trusted_proxies.contains(accepted.peer);
  if (counted) {
    std::size_t& open = open_by_network_[accepted.peer.network()];
    if (open >= limits.connections_per_address)
      return turn_away(accepted.socket,
                       {Reason::too_many_connections, "Close some of your connections first."});
    ++open;
  }
  const int number = accepted.socket.number();
  const auto index = static_cast<std::size_t>(number);
  if (index >= connections_.size()) connections_.resize(index + 1);
  connections_[index] =
      std::make_unique<Connection>(std::move(accepted.socket), accepted.peer, at.metrics, counted);
  ++open_;
  ++counters_.open_connections;
  ++counters_.accepted;
  enter(*connections_[index], Phase::idle);
  // Edge-triggered and for good: no system call per request is spent on saying again what is waited for.
  if (!watch(epoll_, EPOLL_CTL_ADD, number, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
    close(*connections_[index]);
}

// Costs no place in the table: the answer goes into the socket's empty buffer or nowhere.
void EventLoop::turn_away(const FileDescriptor& socket, const Refusal& refusal) {
  count(refusal.reason);
  const std::string answer = server_.answer([&refusal] { return problem(refusal); }, {false, false});
  // What has been read cannot make close() send a reset that overtakes the answer.
  static_cast<void>(::recv(socket.number(), scratch_.data(), scratch_.size(), MSG_DONTWAIT));
  static_cast<void>(::send(socket.number(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

void EventLoop::pause_accepting(bool paused) {
  if (paused == accepting_paused_) return;
  accepting_paused_ = paused;
  for (const ListeningSocket& listener : listeners_)
    watch(epoll_, EPOLL_CTL_MOD, listener.number(), paused ? 0U : static_cast<std::uint32_t>(EPOLLIN));
}

void EventLoop::close_listeners() {
  // Whoever has connected already is still served.
  for (const ListeningSocket& listener : listeners_) accept_from(listener);
  listeners_.clear();
  accepting_paused_ = false;
  listening_ = false;
}

// --- deadlines ---

void EventLoop::sweep() {
  if (accepting_paused_) pause_accepting(false);
  const SteadyTime now = std::chrono::steady_clock::now();
  const bool crowded = open_ > settings_.limits.connections / 4 * 3;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Connection* connection = connections_[i].get();
    if (!connection || !connection->held_by_loop()) continue;
    const bool hurries = crowded && (connection->phase == Phase::idle || connection->phase == Phase::head);
    if (connection->deadline <= now + (hurries ? time_for(connection->phase) * 4 / 5 : 0ms))
      expire(*connection);
    else if (!accepting() && connection->phase == Phase::idle)
      dismiss(*connection);
  }
  if (accepting() || in_flight()) return;
  const std::lock_guard lock(mutex_);
  drained_ = true;
  drained_changed_.notify_all();
}

void EventLoop::expire(Connection& connection) {
  const bool reading = connection.phase == Phase::head || connection.phase == Phase::body;
  if (reading || connection.phase == Phase::writing) ++counters_.timeouts;
  if (!reading) return close(connection);
  refuse(connection, {Reason::timeout, "The request did not arrive completely in time."});
}

// The service is ending and this connection waits for nothing, unless its next request is in the socket
// already.
void EventLoop::dismiss(Connection& connection) {
  const int number = connection.number();
  connection.note_events(EPOLLIN);
  read(connection);
  Connection* const left = connections_[static_cast<std::size_t>(number)].get();
  if (left && left->held_by_loop() && left->phase == Phase::idle) close(*left);
}

bool EventLoop::in_flight() const {
  return std::ranges::any_of(connections_, [](const auto& connection) {
    return connection && (!connection->held_by_loop() ||
                          (connection->phase != Phase::idle && connection->phase != Phase::lingering));
  });
}

}  // namespace optledger::http
