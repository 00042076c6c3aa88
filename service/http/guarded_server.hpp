// The bridge to cpp-httplib, the given library, whose request side has known holes
// (law-and-evidence.md, 6.4). It never sees a byte from the network: our own reader takes requests apart, and
// the library is handed a constant request line of ours and writes the answer. Only guarded_server.cpp
// includes httplib.h.
#pragma once

#include "lib/base/instant.hpp"
#include "service/http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace optledger::http {

class GuardedServer {
 public:
  struct Settings {
    std::function<Instant()> now;         // for the Date header; empty: none is sent
    std::chrono::seconds keep_alive{15};  // what clients are told
    std::function<void(std::string_view what)>
        on_fault;  // hears of every exception a route let through; may be empty
  };
  struct Shape {
    bool head_only = false;  // the answer to HEAD: same head, no body
    bool keep_alive = true;
  };

  explicit GuardedServer(Settings settings);
  ~GuardedServer();

  // The bytes of the answer that `make` gives. An exception from `make`, and an answer that cannot be sent as
  // it is (a control character in a header), become a 500 that says nothing about it. `shape` is read after
  // `make`, which may change it. Any number of threads may call.
  std::string answer(const std::function<Response()>& make, const Shape& shape);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace optledger::http
