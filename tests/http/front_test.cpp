#include "service/http/front.hpp"

#include "tests/http/raw_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace optledger;
using namespace optledger::http;
using namespace std::chrono_literals;
using test::body_of;
using test::RawClient;
using test::status_of;

namespace {

// A door that handlers wait at until the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await(int waiting) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return waiting_ >= waiting; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

Response text(std::string body) {
  return {200, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

// A front on a free loopback port whose handler tells what it was asked.
class Served {
 public:
  explicit Served(FrontLimits limits = {}, AddressBlocks trusted = {})
      : front_({{{"127.0.0.1", 0, false}},
                std::move(trusted),
                limits,
                {},
                [this](auto what) { note_fault(what); }},
               [this](Request&& request) { return answer(std::move(request)); }) {
    front_.start();
  }
  ~Served() { gate.open(); }

  std::uint16_t port() const { return front_.bound().front().port; }
  RawClient client() const { return RawClient(port()); }
  Front& front() { return front_; }
  std::string fault() {
    const std::lock_guard lock(mutex_);
    return fault_;
  }
  std::uint64_t refused(Reason reason) const {
    return front_.counters().refused.at(static_cast<std::size_t>(reason));
  }

  // What a fresh connection gets for these bytes, to its end.
  std::string ask(std::string_view bytes) {
    RawClient asking = client();
    asking.send(bytes);
    return asking.answer();
  }

  Gate gate;
  std::atomic<int> calls{0};

 private:
  Response answer(Request&& request) {
    ++calls;
    if (request.path == "/gate") gate.pass();
    if (request.path == "/throw") throw std::runtime_error("secret\r\nX-Evil: 1");
    if (request.path == "/inject") return {200, {{"Location", "/a\r\nX-Evil: 1"}}, ""};
    if (request.path == "/nul") return {200, {{"X-A", std::string("a\0b", 3)}}, ""};
    if (request.path == "/none") return {204, {}, "ignored"};
    if (request.path == "/large") return text(std::string(8 * 1024 * 1024, 'x'));
    if (request.path == "/agent") return text(std::string(request.header("user-agent").value_or("none")));
    return text(request.method + " " + request.path + "?" + request.query + " " + request.body + " " +
                request.peer);
  }
  void note_fault(std::string_view what) {
    const std::lock_guard lock(mutex_);
    fault_ = what;
  }

  std::mutex mutex_;
  std::string fault_;
  Front front_;
};

std::string get(std::string_view path, std::string_view header_lines = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n";
}
std::string post(std::string_view header_lines, std::string_view body) {
  return "POST /p HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n" + std::string(body);
}

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 500; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a request is answered and the connection kept") {
  Served served;
  RawClient client = served.client();
  for (int i = 0; i < 3; ++i) {
    client.send(get("/a?b=c"));
    const std::string answer = client.answer();
    CHECK(status_of(answer) == "200");
    CHECK(body_of(answer) == "GET /a?b=c  127.0.0.1");
    CHECK(answer.find("Connection: keep-alive\r\n") != std::string::npos);
    CHECK(answer.find("httplib") == std::string::npos);
  }
  client.send(post("Content-Length: 5\r\nConnection: close\r\n", "hello"));
  CHECK(body_of(client.answer()) == "POST /p? hello 127.0.0.1");
  CHECK(client.rest().empty());
  CHECK(client.closed());
}

TEST_CASE("HEAD is answered like GET without a body, 204 without a length") {
  Served served;
  RawClient client = served.client();
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.answer(true).find("Content-Length: 19\r\n") != std::string::npos);
  client.send(get("/none"));
  const std::string none = client.answer();
  CHECK(status_of(none) == "204");
  CHECK(none.find("Content-Length") == std::string::npos);
  client.send(get("/after"));
  CHECK(body_of(client.answer()) == "GET /after?  127.0.0.1");
}

TEST_CASE("HTTP/1.0 is answered and closed unless it asks to be kept") {
  Served served;
  RawClient client = served.client();
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n");
  CHECK(client.answer().find("Connection: keep-alive\r\n") != std::string::npos);
  CHECK(body_of(client.rest()) == "GET /b?  127.0.0.1");
  CHECK(client.closed());
}

TEST_CASE("pipelined requests are answered one by one in their order") {
  Served served;
  RawClient client = served.client();
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += post("Content-Length: 2\r\n", std::to_string(10 + i));
  client.send(bytes + "GET /half HTT");
  for (int i = 0; i < 50; ++i)
    CHECK(body_of(client.answer()) == "POST /p? " + std::to_string(10 + i) + " 127.0.0.1");
  client.send("P/1.1\r\nHost: x\r\n\r\n");
  CHECK(body_of(client.answer()) == "GET /half?  127.0.0.1");
}

TEST_CASE("requests are read however their bytes are cut") {
  Served served;
  const std::string bytes = post("Content-Length: 11\r\n", "hello world");
  RawClient client = served.client();
  for (const char c : bytes) {
    client.send(std::string_view(&c, 1));
    std::this_thread::sleep_for(1ms);
  }
  CHECK(body_of(client.answer()) == "POST /p? hello world 127.0.0.1");
}

TEST_CASE("a client that ends its own stream still gets its answer") {
  Served served;
  RawClient client = served.client();
  client.send(get("/a"));
  client.end_output();
  CHECK(status_of(client.answer()) == "200");
  CHECK(client.rest().empty());
  CHECK(client.closed());
}

// --- reference/law-and-evidence.md, 6.4: what cpp-httplib 0.11.4 gets wrong, one line each ---

TEST_CASE("chunked bodies are refused whatever their chunk sizes say") {
  Served served;
  for (const std::string chunk : {"5\r\nhello\r\n0\r\n\r\n", "-2\r\nxx", "ffffffffffffffff\r\nx", "zz\r\n"})
    CHECK(status_of(served.ask(post("Transfer-Encoding: chunked\r\n", chunk))) == "411");
  CHECK(status_of(served.ask(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                  "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"))) == "411");
  CHECK(served.calls == 0);
}

TEST_CASE("a POST without a length has no body, and what follows is a request of its own or refused") {
  Served served;
  RawClient client(served.port());
  client.send(post("", "hello\r\n\r\n"));
  CHECK(status_of(client.answer()) == "200");
  CHECK(status_of(client.answer()) == "400");
  CHECK(served.calls == 1);
}

TEST_CASE("an endless request line and endless headers are cut off early") {
  Served served;
  for (const std::string& begin : {std::string("GET /"), std::string("GET / HTTP/1.1\r\nHost: x\r\nA: ")}) {
    RawClient client = served.client();
    client.send(begin);
    std::size_t sent = 0;
    const std::string block(64 * 1024, 'a');
    while (sent < 20'000'000 && client.send(block)) sent += block.size();
    CHECK(sent < 10'000'000);  // what socket buffers and lingering take
  }
  std::string headers;
  for (int i = 0; i < 20'000; ++i) headers += "A: 1\r\n";
  CHECK(status_of(served.ask(get("/", headers))) == "431");
  CHECK(served.front().counters().buffered_bytes < 100'000);
  CHECK(served.calls == 0);
}

TEST_CASE("a compressed body is refused unopened") {
  Served served;
  CHECK(status_of(served.ask(post("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "\x1f\x8b\x08"))) ==
        "415");
}

TEST_CASE("a socket's address cannot be shadowed by a header") {
  Served served;
  CHECK(status_of(served.ask(get("/", "REMOTE_ADDR: 6.6.6.6\r\n"))) == "400");
  CHECK(body_of(served.ask(get("/", "X-Forwarded-For: 6.6.6.6\r\n"))) == "GET /?  127.0.0.1");
}

TEST_CASE("an exception's text stays inside") {
  Served served;
  const std::string answer = served.ask(get("/throw"));
  CHECK(status_of(answer) == "500");
  CHECK(answer.find("secret") == std::string::npos);
  CHECK(answer.find("EXCEPTION_WHAT") == std::string::npos);
  CHECK(served.fault() == "secret\r\nX-Evil: 1");
}

TEST_CASE("an answer's header cannot be split by CR, LF or NUL") {
  Served served;
  for (const std::string path : {"/inject", "/nul"}) {
    const std::string answer = served.ask(get(path));
    CHECK(status_of(answer) == "500");
    CHECK(answer.find("X-Evil") == std::string::npos);
  }
}

TEST_CASE("a GET's body is never taken for a second request") {
  Served served;
  RawClient client = served.client();
  client.send(get("/first", "Content-Length: 39\r\n"));
  std::this_thread::sleep_for(20ms);
  client.send("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string all = client.rest();
  CHECK(status_of(all) == "400");
  CHECK(all.find("HTTP/1.1", 5) == std::string::npos);
  CHECK(served.calls == 0);
}

TEST_CASE("ambiguous lengths are refused at once") {
  Served served;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string lines : {"Content-Length: 3\r\nContent-Length: 5\r\n", "Content-Length: 3x\r\n",
                                  "Content-Length: -1\r\n", "Content-Length: 3, 5\r\n"}) {
    RawClient client = served.client();
    client.send(post(lines, "abc") + get("/smuggled"));
    const std::string all = client.rest();
    CHECK(status_of(all) == "400");
    CHECK(all.find("HTTP/1.1", 5) == std::string::npos);
  }
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
  CHECK(served.calls == 0);
}

TEST_CASE("percent-coded line ends in a header reach the handler as the text they are") {
  Served served;
  CHECK(body_of(served.ask(get("/agent", "User-Agent: a%0d%0aX-Evil: 1%00z\r\n"))) == "a%0d%0aX-Evil: 1%00z");
}

TEST_CASE("bare LF, a missing Host and an absolute target are refused") {
  Served served;
  CHECK(status_of(served.ask("GET / HTTP/1.1\nHost: x\n\n")) == "400");
  CHECK(status_of(served.ask("GET / HTTP/1.1\r\n\r\n")) == "400");
  CHECK(status_of(served.ask(get("http://x/"))) == "400");
  CHECK(status_of(served.ask(get("/" + std::string(5000, 'a')))) == "414");
}

TEST_CASE("unknown methods reach the handler, which knows what to say") {
  Served served;
  CHECK(body_of(served.ask("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n")) == "BREW /pot?  127.0.0.1");
  CHECK(status_of(served.ask("brew /pot HTTP/1.1\r\nHost: x\r\n\r\n")) == "501");
}

TEST_CASE("a second server on the same port says so and fails") {
  Served served;
  const ListenAt taken{"127.0.0.1", served.port(), false};
  try {
    const Front second({{taken}, {}, {}, {}, {}}, [](Request&&) { return Response{}; });
    FAIL("bound twice");
  } catch (const CannotListen& fault) {
    CHECK(std::string(fault.what()) == to_text(taken) + " is already in use: is another optledger running?");
  }
}

TEST_CASE("a refusal is a problem that says what to do, and the connection ends") {
  Served served;
  RawClient client = served.client();
  client.send(post("Content-Length: 70000\r\n", ""));
  const std::string all = client.rest();
  CHECK(status_of(all) == "413");
  CHECK(all.find("Content-Type: application/problem+json\r\n") != std::string::npos);
  CHECK(all.find("Connection: close\r\n") != std::string::npos);
  CHECK(body_of(all) == R"({"type":"urn:optledger:problem:content-too-large",)"
                        R"("title":"The body is too large","status":413,)"
                        R"("detail":"64 KiB are accepted; 1 MiB with an API key or a signature."})");
  CHECK(served.refused(Reason::content_too_large) == 1);
}

TEST_CASE("a refused client can send a whole body and still read why") {
  Served served;
  RawClient client = served.client();
  client.send(post("Content-Length: 200000\r\n", std::string(200'000, 'x')));
  CHECK(status_of(client.rest()) == "413");
}

TEST_CASE("the body is asked for when the client waits, and not when its head is refused") {
  Served served;
  RawClient client = served.client();
  client.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
  CHECK(client.answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  CHECK(body_of(client.answer()) == "POST /p? hello 127.0.0.1");
  client.send(post("Content-Length: 70000\r\nExpect: 100-continue\r\n", ""));
  CHECK(status_of(client.answer()) == "413");
}

TEST_CASE("a mebibyte with a key arrives whole") {
  Served served;
  const std::string body(1024 * 1024, 'k');
  const std::string answer = served.ask(post("Authorization: Bearer k\r\nContent-Length: 1048576\r\n", body));
  CHECK(body_of(answer).size() == body.size() + std::string("POST /p?  127.0.0.1").size());
}

TEST_CASE("slow heads and slow bodies end with 408 after their total time, idle connections silently") {
  FrontLimits limits;
  limits.idle_time = limits.head_time = limits.body_time = 200ms;
  Served served(limits);
  RawClient head = served.client();
  RawClient body = served.client();
  RawClient idle = served.client();
  RawClient kept = served.client();
  kept.send(get("/a"));
  CHECK(status_of(kept.answer()) == "200");
  const auto begin = std::chrono::steady_clock::now();
  head.send("GET / HTTP/1.1\r\nHost: x\r\n");
  body.send(post("Content-Length: 100\r\n", ""));
  while (std::chrono::steady_clock::now() - begin < 400ms) {
    head.send("A: 1\r\n");
    body.send("x");
    std::this_thread::sleep_for(20ms);
  }
  CHECK(status_of(head.rest()) == "408");
  CHECK(status_of(body.rest()) == "408");
  CHECK(idle.rest().empty());
  CHECK(idle.closed());
  CHECK(kept.rest().empty());
  CHECK(kept.closed());
  CHECK(served.front().counters().timeouts == 2);
}

TEST_CASE("a large answer reaches a client that reads late") {
  Served served;
  RawClient late = served.client();
  late.send(get("/large") + get("/after"));
  CHECK(eventually([&] { return served.front().counters().buffered_bytes > 1024 * 1024; }));
  CHECK(body_of(late.answer()).size() == 8 * 1024 * 1024);
  CHECK(body_of(late.answer()) == "GET /after?  127.0.0.1");
}

TEST_CASE("a client that never reads its answer is let go after the total time for writing") {
  FrontLimits limits;
  limits.write_time = 200ms;
  Served served(limits);
  RawClient never(served.port(), 4096);
  never.send(get("/large"));
  CHECK(eventually([&] { return served.front().counters().timeouts == 1; }));
  CHECK(eventually([&] { return served.front().counters().open_connections == 0; }));
  CHECK(served.front().counters().buffered_bytes == 0);
}

TEST_CASE("one address holds only so many connections, a trusted proxy any number") {
  FrontLimits limits;
  limits.connections_per_address = 3;
  {
    Served served(limits);
    std::vector<RawClient> held;
    for (int i = 0; i < 3; ++i) held.push_back(served.client());
    const std::string refused = served.client().rest();
    CHECK(status_of(refused) == "429");
    CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
    held.pop_back();
    CHECK(eventually([&] { return status_of(served.ask(get("/"))) == "200"; }));
  }
  Served served(limits, *AddressBlocks::parse({"127.0.0.0/8"}));
  std::vector<RawClient> held;
  for (int i = 0; i < 20; ++i) held.push_back(served.client());
  CHECK(status_of(served.ask(get("/"))) == "200");
}

TEST_CASE("connections beyond the total are answered 503") {
  FrontLimits limits;
  limits.connections = 2;
  Served served(limits);
  const RawClient first = served.client();
  const RawClient second = served.client();
  CHECK(status_of(served.client().rest()) == "503");
  CHECK(served.refused(Reason::busy) == 1);
}

TEST_CASE("a full queue is answered 503 with Retry-After, and what was queued is answered") {
  FrontLimits limits;
  limits.workers = 1;
  limits.queue = 1;
  Served served(limits);
  RawClient working = served.client();
  working.send(get("/gate"));
  served.gate.await(1);
  RawClient queued = served.client();
  queued.send(get("/queued"));
  CHECK(eventually([&] { return served.front().counters().queued_requests == 1; }));
  const std::string refused = served.ask(get("/third"));
  CHECK(status_of(refused) == "503");
  CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
  served.gate.open();
  CHECK(status_of(working.answer()) == "200");
  CHECK(body_of(queued.answer()) == "GET /queued?  127.0.0.1");
}

TEST_CASE("bodies of all connections together stay below the cap, and large ones below half of it") {
  FrontLimits limits;
  limits.buffered_bytes = 200'000;
  Served served(limits);
  std::vector<RawClient> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(served.client());
    slow.back().send(post("Content-Length: 65000\r\n", std::string(60'000, 'x')));
  }
  CHECK(eventually([&] { return served.front().counters().buffered_bytes > 120'000; }));
  RawClient large = served.client();
  large.send(post("Authorization: Bearer k\r\nContent-Length: 100000\r\n", std::string(10, 'x')));
  CHECK(status_of(large.answer()) == "503");
  CHECK(status_of(served.ask(post("Content-Length: 3\r\n", "abc"))) == "200");
  for (RawClient& client : slow) {
    client.send(std::string(5'000, 'x'));
    CHECK(status_of(client.answer()) == "200");
  }
  CHECK(eventually([&] { return served.front().counters().buffered_bytes == 0; }));
}

TEST_CASE("who waits with little is served while others hold all the memory there is") {
  FrontLimits limits;
  limits.buffered_bytes = 100'000;
  limits.connections = 100;
  Served served(limits);
  std::vector<RawClient> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(served.client());
    slow.back().send(post("Content-Length: 65000\r\n", std::string(60'000, 'x')));
  }
  CHECK(eventually([&] { return served.front().counters().buffered_bytes > 60'000; }));
  RawClient good = served.client();
  good.send(post("Content-Length: 6\r\n", "abc"));
  std::this_thread::sleep_for(100ms);
  good.send("def");
  CHECK(status_of(good.answer()) == "200");
  CHECK(served.front().counters().buffered_bytes < 200'000);
}

TEST_CASE("behind a proxy a client's flood waits behind itself, and others take their turn") {
  FrontLimits limits;
  limits.workers = 1;
  limits.queue = 20;
  Served served(limits, AddressBlocks::parse({"127.0.0.1/32"}).value());
  std::vector<RawClient> flood;
  const auto ask = [&](RawClient& client, const char* from) {
    client.send(get("/gate", std::string("X-Forwarded-For: ") + from + "\r\n"));
  };
  for (int i = 0; i < 40; ++i) {
    flood.push_back(served.client());
    ask(flood.back(), "203.0.113.1");
    if (i == 0) served.gate.await(1);
  }
  CHECK(eventually([&] { return served.refused(Reason::busy) == 19; }));
  RawClient good = served.client();
  ask(good, "203.0.113.2");
  CHECK(eventually([&] { return served.refused(Reason::busy) == 20; }));
  served.gate.open();
  CHECK(status_of(good.answer()) == "200");
  int answered = 0;
  for (RawClient& client : flood) answered += status_of(client.answer()) == "200" ? 1 : 0;
  CHECK(answered == 20);
}

TEST_CASE("idle connections are kept for a shorter time while nearly all places are taken") {
  FrontLimits limits;
  limits.connections = 8;
  limits.idle_time = 5s;
  Served served(limits);
  std::vector<RawClient> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(served.client());
  const auto began = std::chrono::steady_clock::now();
  CHECK(eventually([&] { return served.front().counters().open_connections == 0; }));
  CHECK(std::chrono::steady_clock::now() - began < 4s);
  CHECK(served.front().counters().timeouts == 0);
}

TEST_CASE("draining finishes what is in flight and takes nothing new") {
  Served served;
  RawClient idle = served.client();
  idle.send(get("/a"));
  CHECK(status_of(idle.answer()) == "200");
  RawClient working = served.client();
  working.send(get("/gate"));
  served.gate.await(1);
  RawClient half = served.client();
  half.send(post("Content-Length: 5\r\n", "he"));
  std::this_thread::sleep_for(50ms);
  served.front().stop_accepting();
  CHECK(idle.rest().empty());
  CHECK(idle.closed());
  CHECK_THROWS(served.client());
  auto drained = std::async(std::launch::async, [&] { return served.front().drain(5s); });
  half.send("llo");
  served.gate.open();
  const std::string answer = working.rest();
  CHECK(status_of(answer) == "200");
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(body_of(half.rest()) == "POST /p? hello 127.0.0.1");
  CHECK(drained.get());
}

TEST_CASE("draining gives up on a client that does not come to an end") {
  Served served;
  RawClient half = served.client();
  half.send("GET / HTTP/1.1\r\n");
  CHECK(eventually([&] { return served.front().counters().buffered_bytes > 0; }));
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(served.front().drain(300ms));
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("five hundred slow connections do not keep a good client waiting") {
  FrontLimits limits;
  limits.connections_per_address = 1000;
  Served served(limits);
  std::vector<RawClient> slow;
  for (int i = 0; i < 500; ++i) {
    slow.push_back(served.client());
    slow.back().send(i % 2 ? "GET /slow HT" : post("Content-Length: 100\r\n", "x"));
  }
  std::atomic<bool> stop{false};
  std::thread dripping([&] {
    while (!stop)
      for (RawClient& client : slow) client.send("1");
  });
  std::vector<std::chrono::steady_clock::duration> times;
  for (int i = 0; i < 50; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    CHECK(status_of(served.ask(get("/good"))) == "200");
    times.push_back(std::chrono::steady_clock::now() - begin);
  }
  stop = true;
  dripping.join();
  std::ranges::sort(times);
  CHECK(times[45] < 500ms);
  CHECK(served.front().counters().buffered_bytes < 2'000'000);
}

TEST_CASE("many clients at once each get their own answers") {
  Served served;
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 16; ++c)
    clients.push_back(std::async(std::launch::async, [&served, c] {
      RawClient client = served.client();
      int right = 0;
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/c" + std::to_string(c) + "/" + std::to_string(i);
        client.send(get(path));
        right += body_of(client.answer()) == "GET " + path + "?  127.0.0.1";
      }
      return right;
    }));
  for (auto& client : clients) CHECK(client.get() == 200);
  CHECK(served.calls == 3200);
}

TEST_CASE("the metrics listener is told apart, and a name listens on all its addresses") {
  Front front({{{"127.0.0.1", 0, false}, {"localhost", 0, true}}, {}, {}, {}, {}},
              [](Request&& request) { return text(request.on_metrics_listener ? "metrics" : "public"); });
  front.start();
  const std::string request = get("/");
  for (const ListenAt& at : front.bound()) {
    RawClient client(at.port);
    client.send(request);
    CHECK(body_of(client.answer()) == (at.metrics ? "metrics" : "public"));
  }
}

TEST_CASE("the date is sent in HTTP's own format") {
  const Instant birthday = *parse_rfc3339("2026-11-03T08:49:37.900Z");
  Front front({{{"127.0.0.1", 0, false}}, {}, {}, [birthday] { return birthday; }, {}},
              [](Request&&) { return text("x"); });
  front.start();
  RawClient client(front.bound().front().port);
  client.send(get("/"));
  CHECK(client.answer().find("\r\nDate: Tue, 03 Nov 2026 08:49:37 GMT\r\n") != std::string::npos);
}
