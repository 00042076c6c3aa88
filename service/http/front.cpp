#include "service/http/front.hpp"

#include "service/http/event_loop.hpp"
#include "service/http/guarded_server.hpp"
#include "service/http/worker_pool.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace optledger::http {
namespace {

constexpr rlim_t descriptors_for_others = 256;  // database, logs, SMTP and provider connections

std::vector<ListeningSocket> listen_at_all(const FrontSettings& settings) {
  std::vector<ListeningSocket> sockets;
  for (const Inherited& one : settings.inherited) sockets.push_back(adopt_socket(one.socket, one.metrics));
  for (const ListenAt& at : settings.listeners) {
    if (std::ranges::find(settings.inherited, at.metrics, &Inherited::metrics) != settings.inherited.end())
      continue;
    for (ListeningSocket& socket : listen_at(at)) sockets.push_back(std::move(socket));
  }
  // The first is what the service calls its address.
  std::ranges::stable_partition(sockets, [](const ListeningSocket& one) { return !one.at().metrics; });
  return sockets;
}

std::vector<ListenAt> addresses_of(const std::vector<ListeningSocket>& sockets) {
  std::vector<ListenAt> addresses;
  for (const ListeningSocket& socket : sockets) addresses.push_back(socket.at());
  return addresses;
}

// Many systems start a process with 1024, however much it may take.
void allow_open_files(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, connections + descriptors_for_others);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

class Front::Threads {
 public:
  Threads(FrontSettings given, Handler given_handler, std::vector<ListeningSocket> sockets)
      : bound(addresses_of(sockets)),
        settings_(std::move(given)),
        handler_(std::move(given_handler)),
        server_({settings_.now, std::chrono::duration_cast<std::chrono::seconds>(settings_.limits.idle_time),
                 settings_.on_fault}),
        loop_(settings_, std::move(sockets), server_, workers_, counters),
        workers_(settings_.limits.queue, [this](Job&& job) { answer(std::move(job)); }) {}

  void start();
  void stop_accepting() { loop_.stop_accepting(); }
  bool drain(std::chrono::milliseconds patience);

  const std::vector<ListenAt> bound;
  FrontCounters counters;

 private:
  void answer(Job&& job);

  const FrontSettings settings_;
  const Handler handler_;
  GuardedServer server_;
  EventLoop loop_;
  WorkerPool workers_;  // behind the loop: its threads end first
  std::thread loop_thread_;
};

void Front::Threads::start() {
  allow_open_files(settings_.limits.connections);
  workers_.start(settings_.limits.workers);
  loop_thread_ = std::thread([this] { loop_.run(); });
}

void Front::Threads::answer(Job&& job) {
  --counters.queued_requests;
  Connection& connection = *job.connection;
  GuardedServer::Shape shape{job.request.method == "HEAD", job.keep_alive};
  const auto run_handler = [&] {
    Response response = handler_(std::move(job.request));
    shape.keep_alive &= loop_.accepting();
    return response;
  };
  connection.set_output(server_.answer(run_handler, shape));
  connection.close_after_answer = !shape.keep_alive;
  ++counters.answered;
  loop_.send_answer(connection);
}

bool Front::Threads::drain(std::chrono::milliseconds patience) {
  if (!loop_thread_.joinable()) return true;
  loop_.stop_accepting();
  const bool complete = loop_.wait_until_drained(patience);
  loop_.stop();
  loop_thread_.join();
  workers_.stop();
  return complete;
}

Front::Front(FrontSettings settings, Handler handler) {
  auto sockets = listen_at_all(settings);
  threads_ = std::make_unique<Threads>(std::move(settings), std::move(handler), std::move(sockets));
}

Front::~Front() { drain(std::chrono::milliseconds{0}); }

const std::vector<ListenAt>& Front::bound() const { return threads_->bound; }

void Front::start() { threads_->start(); }

void Front::stop_accepting() { threads_->stop_accepting(); }

bool Front::drain(std::chrono::milliseconds patience) { return threads_->drain(patience); }

const FrontCounters& Front::counters() const { return threads_->counters; }

}  // namespace optledger::http
