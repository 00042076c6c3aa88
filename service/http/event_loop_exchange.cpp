#include "service/http/client_address.hpp"
#include "service/http/event_loop.hpp"

// What happens on one connection: reading, handing out, writing, closing.
namespace optledger::http {
namespace {

using Phase = Connection::Phase;

constexpr std::size_t most_discarded = 256 * 1024;
constexpr std::string_view please_continue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

void EventLoop::carry_on(Connection& connection) {
  switch (connection.phase) {
    case Phase::idle:
    case Phase::head:
    case Phase::body:
      return read(connection);
    case Phase::writing:
      return write(connection);
    case Phase::lingering:
      return read_away(connection);
    case Phase::answering:
      return;
  }
}

void EventLoop::read(Connection& connection) {
  for (;;) {
    RequestReader::Step step = connection.reader.next(settings_.limits.head);
    if (const auto* refusal = std::get_if<Refusal>(&step)) return refuse(connection, *refusal);
    if (auto* complete = std::get_if<RequestReader::Complete>(&step))
      return dispatch(connection, std::move(*complete));
    if (!expect_more(connection, std::get<RequestReader::Missing>(step)) || !connection.readable()) return;
    switch (connection.receive(scratch_)) {
      case Connection::Received::some:
        break;
      case Connection::Received::nothing_now:
        return;
      case Connection::Received::ended:
        return close(connection);
    }
  }
}

// False when the connection is not to be read on.
bool EventLoop::expect_more(Connection& connection, RequestReader::Missing missing) {
  hold(connection, connection.reader.kept());
  // Anyone can claim a key; bodies of the size only keys may send share one half, so that they never shut out
  // the rest.
  const FrontLimits& limits = settings_.limits;
  const bool large = connection.reader.announced() > limits.head.body;
  const std::size_t most = large ? limits.buffered_bytes / 2 : limits.buffered_bytes;
  // Whoever holds no more than everybody could is never refused: he is not who fills the memory.
  const std::size_t fair_share = limits.buffered_bytes / limits.connections;
  if (connection.held_bytes > fair_share &&
      counters_.buffered_bytes.load() > static_cast<std::int64_t>(most)) {
    refuse(connection, {Reason::busy, "Too much is being received at once; try again in a moment."});
    return false;
  }
  const Phase phase = missing == RequestReader::Missing::all    ? Phase::idle
                      : missing == RequestReader::Missing::head ? Phase::head
                                                                : Phase::body;
  if (phase != connection.phase) enter(connection, phase);
  if (connection.reader.take_wish_to_continue() && !connection.send_now(please_continue)) {
    close(connection);
    return false;
  }
  return true;
}

void EventLoop::dispatch(Connection& connection, RequestReader::Complete complete) {
  Job job{&connection, std::move(complete.request), complete.keep_alive};
  job.request.peer = connection.peer_text;
  job.request.on_metrics_listener = connection.on_metrics_listener;
  hold(connection, complete.size + connection.reader.kept());
  connection.phase = Phase::answering;
  connection.give_to_worker(connection.readable() || !connection.reader.empty());
  ++counters_.queued_requests;
  const auto client = IpAddress::parse(client_address(job.request, settings_.trusted_proxies).ip);
  const auto left_out = workers_.push(client.value_or(connection.peer).network(), std::move(job));
  if (!left_out) return;
  --counters_.queued_requests;
  left_out->connection->take_back();
  refuse(*left_out->connection, {Reason::busy, "Too many requests are waiting; try again in a moment."},
         left_out->request.method == "HEAD");
}

void EventLoop::refuse(Connection& connection, const Refusal& refusal, bool head_only) {
  count(refusal.reason);
  connection.set_output(server_.answer([&refusal] { return problem(refusal); }, {head_only, false}));
  connection.close_after_answer = true;
  enter(connection, Phase::writing);
  write(connection);
}

void EventLoop::write(Connection& connection) {
  switch (connection.send()) {
    case Connection::Sent::part:
      return hold(connection, connection.unsent());
    case Connection::Sent::failed:
      return close(connection);
    case Connection::Sent::all:
      break;
  }
  if (connection.close_after_answer) return linger(connection);
  enter(connection, Phase::idle);
  read(connection);
}

// RFC 9112, 9.6: closing at once could reset the connection and take the answer from the client's hands.
void EventLoop::linger(Connection& connection) {
  connection.end_output();
  connection.reader = {};
  hold(connection, 0);
  enter(connection, Phase::lingering);
  read_away(connection);
}

void EventLoop::read_away(Connection& connection) {
  while (connection.readable()) {
    const auto received = connection.discard(scratch_);
    if (received == Connection::Received::nothing_now) return;
    if (received == Connection::Received::ended || connection.discarded > most_discarded)
      return close(connection);
  }
}

void EventLoop::close(Connection& connection) {
  hold(connection, 0);
  if (connection.counted) {
    const auto open = open_by_network_.find(connection.peer.network());
    if (--open->second == 0) open_by_network_.erase(open);
  }
  --open_;
  --counters_.open_connections;
  connections_[static_cast<std::size_t>(connection.number())].reset();
}

std::chrono::milliseconds EventLoop::time_for(Phase phase) const {
  switch (phase) {
    case Phase::head:
      return settings_.limits.head_time;
    case Phase::body:
      return settings_.limits.body_time;
    case Phase::writing:
      return settings_.limits.write_time;
    case Phase::lingering:
      return settings_.limits.linger_time;
    case Phase::idle:
    case Phase::answering:
      break;
  }
  return settings_.limits.idle_time;
}

void EventLoop::enter(Connection& connection, Phase phase) {
  connection.phase = phase;
  connection.deadline = std::chrono::steady_clock::now() + time_for(phase);
}

void EventLoop::hold(Connection& connection, std::size_t bytes) {
  if (bytes == connection.held_bytes) return;
  counters_.buffered_bytes +=
      static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(connection.held_bytes);
  connection.held_bytes = bytes;
}

}  // namespace optledger::http
