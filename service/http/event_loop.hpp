// The one thread that accepts, reads and finishes connections.
#pragma once

#include "service/http/connection.hpp"
#include "service/http/front.hpp"
#include "service/http/guarded_server.hpp"
#include "service/http/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace optledger::http {

class EventLoop {
 public:
  EventLoop(const FrontSettings& settings, std::vector<ListeningSocket> listeners, GuardedServer& server,
            WorkerPool& workers, FrontCounters& counters);

  void run();  // until stop()

  // The rest may be called by any thread.
  void stop_accepting();
  bool accepting() const { return !draining_.load(std::memory_order_relaxed); }
  bool wait_until_drained(std::chrono::milliseconds patience);
  void stop();
  // By the worker that holds the connection and has set its output; gives the connection back. The socket is
  // tried at once, on the worker's thread: most answers fit, and the loop need not even wake.
  void send_answer(Connection& connection);

 private:
  void handle_event(int number, std::uint32_t events);
  void give_back(Connection& connection);
  void take_returned();

  void accept_from(const ListeningSocket& listener);
  void admit(ListeningSocket::Accepted accepted, const ListenAt& at);
  void turn_away(const FileDescriptor& socket, const Refusal& refusal);
  void pause_accepting(bool paused);
  void close_listeners();

  void carry_on(Connection& connection);
  void read(Connection& connection);
  bool expect_more(Connection& connection, RequestReader::Missing missing);
  void dispatch(Connection& connection, RequestReader::Complete complete);
  void refuse(Connection& connection, const Refusal& refusal, bool head_only = false);
  void write(Connection& connection);
  void linger(Connection& connection);
  void read_away(Connection& connection);
  void close(Connection& connection);

  void enter(Connection& connection, Connection::Phase phase);
  std::chrono::milliseconds time_for(Connection::Phase phase) const;
  void sweep();
  void expire(Connection& connection);
  void dismiss(Connection& connection);
  bool in_flight() const;
  void hold(Connection& connection, std::size_t bytes);
  void count(Reason reason) { ++counters_.refused.at(static_cast<std::size_t>(reason)); }
  void wake();

  const FrontSettings& settings_;
  std::vector<ListeningSocket> listeners_;
  GuardedServer& server_;
  WorkerPool& workers_;
  FrontCounters& counters_;
  FileDescriptor epoll_;
  FileDescriptor wakeup_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by file descriptor
  std::size_t open_ = 0;
  std::map<IpAddress, std::size_t> open_by_network_;
  std::vector<char> scratch_;
  SteadyTime next_sweep_{};
  bool accepting_paused_ = false;
  bool listening_ = true;

  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards what follows
  std::condition_variable drained_changed_;
  bool drained_ = false;
  std::vector<Connection*> returned_;
};

}  // namespace optledger::http
