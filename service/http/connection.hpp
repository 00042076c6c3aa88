// One connection: its socket, what has been read and not answered, what has been answered and not written.
// It has one holder at a time, the event loop or one worker, and only the holder touches it; `holder` says
// who, and carries the memory order between the two.
#pragma once

#include "service/http/file_descriptor.hpp"
#include "service/http/ip_address.hpp"
#include "service/http/request_reader.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace optledger::http {

using SteadyTime = std::chrono::steady_clock::time_point;

class Connection {
 public:
  enum class Phase {
    idle,       // no byte of a next request yet
    head,       // a part of a head is here
    body,       // a head is here, a part of its body is missing
    answering,  // with a worker
    writing,    // the answer does not fit into the socket's buffer
    lingering,  // closed from our side; what still comes is thrown away so that the answer is not lost by a
                // reset
  };
  enum class Received { some, nothing_now, ended };
  enum class Sent { all, part, failed };

  Connection(FileDescriptor socket, const IpAddress& peer_address, bool metrics, bool counts)
      : peer(peer_address),
        peer_text(peer.to_text()),
        on_metrics_listener(metrics),
        counted(counts),
        socket_(std::move(socket)) {}

  int number() const { return socket_.number(); }

  // The loop only. Notes what epoll reported; edge-triggered, so it is remembered until a read finds nothing.
  void note_events(std::uint32_t events);
  bool readable() const { return readable_; }

  // Reads at most scratch.size() bytes to the end of the reader's input.
  Received receive(std::span<char> scratch);
  // Reads and forgets.
  Received discard(std::span<char> scratch);

  // The loop hands the connection out. `come_back`: the loop needs it afterwards in any case.
  void give_to_worker(bool come_back);
  // The loop wants it: true when it has it, else the worker will return it.
  bool claim();
  bool held_by_loop() const { return holder_.load(std::memory_order_acquire) == Holder::loop; }
  void take_back() { holder_.store(Holder::loop, std::memory_order_release); }
  // The worker is done and nothing is left to do. False: the loop waits, the worker must return it by hand.
  bool release_quietly();

  void set_output(std::string bytes);
  std::size_t unsent() const { return output_.size() - sent_; }
  Sent send();
  bool send_now(std::string_view bytes) const;  // all or failure
  void end_output() const;                      // the peer sees the end of the stream

  const IpAddress peer;
  const std::string peer_text;
  const bool on_metrics_listener;
  const bool counted;  // against the cap of its address

  RequestReader reader;
  Phase phase = Phase::idle;
  SteadyTime deadline;
  bool close_after_answer = false;
  std::size_t held_bytes = 0;  // its share of FrontCounters::buffered_bytes
  std::size_t discarded = 0;

 private:
  enum class Holder { loop, worker, worker_and_loop_waits };

  Received take(std::span<char> scratch, std::string_view& bytes);

  FileDescriptor socket_;
  std::atomic<Holder> holder_{Holder::loop};
  bool readable_ = false;
  bool peer_ended_ = false;
  std::string output_;
  std::size_t sent_ = 0;
};

}  // namespace optledger::http
