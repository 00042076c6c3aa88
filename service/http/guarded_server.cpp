#include "service/http/guarded_server.hpp"

#include "service/http/characters.hpp"
#include "service/http/refusal.hpp"

#include <fmt/chrono.h>
#include <httplib.h>

#include <algorithm>
#include <stdexcept>

namespace optledger::http {
namespace {

// Both ends of one exchange in memory: a constant request to read, a string to write the answer into.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view request) : unread_(request) { written_.reserve(1024); }

  std::string take_written() { return std::move(written_); }

  bool is_readable() const override { return !unread_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override {
    const std::size_t taken = unread_.copy(to, size);
    unread_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* bytes, size_t size) override {
    written_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view unread_;
  std::string written_;
};

// What one call of answer() is about, for the library's handlers: they are set once and shared by all
// threads.
struct Exchange {
  const std::function<Response()>& make;
  const GuardedServer::Shape& shape;
};
thread_local const Exchange* exchange = nullptr;

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
}

void check_sendable(const Response& response) {
  if (response.status < 200 || response.status > 599) throw std::logic_error("a route gave no usable status");
  for (const Header& header : response.headers)
    if (!is_token(header.name) || !is_header_value(header.value))
      throw std::logic_error("a route gave a header that cannot be sent");
}

bool forbids_body(int status) { return status == 204 || status == 304; }

// "Mon, 23 Nov 2026 19:09:29 GMT" (RFC 9110, 5.6.7)
std::string to_http_date(Instant instant) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(instant)));
}

}  // namespace

class GuardedServer::Library final : public httplib::Server {
 public:
  explicit Library(Settings settings);
  std::string exchange_over(MemoryStream& stream);

 private:
  using Setup = std::function<void(httplib::Request&)>;
  // process_request as Debian 12 has it (0.11.4), and as Debian 13 has it (0.18.7).
  using Process12 = bool (Server::*)(httplib::Stream&, bool, bool&, const Setup&);
  using Process13 = bool (Server::*)(httplib::Stream&, const std::string&, int, const std::string&, int, bool,
                                     bool&, const Setup&);
  [[maybe_unused]] void call(Process12 process, MemoryStream& stream);
  [[maybe_unused]] void call(Process13 process, MemoryStream& stream);

  Response made_or_fault() const;
  void give(httplib::Response& to) const;
  void finish(httplib::Response& response) const;
  std::string date() const;

  Settings settings_;
  std::string keep_alive_;
};

GuardedServer::Library::Library(Settings settings)
    : settings_(std::move(settings)), keep_alive_("timeout=" + std::to_string(settings_.keep_alive.count())) {
  set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
    give(response);
    return HandlerResponse::Handled;
  });
  set_post_routing_handler(
      [this](const httplib::Request&, httplib::Response& response) { finish(response); });
}

// The library always believes that it closes the connection: what is true is known only after the route, and
// its own words on keeping one name limits of its own. finish() corrects it.
void GuardedServer::Library::call(Process12 process, MemoryStream& stream) {
  bool closed = false;
  (this->*process)(stream, true, closed, nullptr);
}

void GuardedServer::Library::call(Process13 process, MemoryStream& stream) {
  bool closed = false;
  (this->*process)(stream, {}, 0, {}, 0, true, closed, nullptr);
}

std::string GuardedServer::Library::exchange_over(MemoryStream& stream) {
  call(&Library::process_request, stream);
  return stream.take_written();
}

Response GuardedServer::Library::made_or_fault() const {
  std::string what = "an exception of unknown type";
  try {
    Response response = exchange->make();
    check_sendable(response);
    return response;
  } catch (const std::exception& fault) {
    what = fault.what();
  } catch (...) {  // NOLINT(bugprone-empty-catch): `what` says it already
  }
  if (settings_.on_fault) settings_.on_fault(what);
  return problem({Reason::internal_error, "The fault is recorded; please try again later."});
}

void GuardedServer::Library::give(httplib::Response& to) const {
  Response response = made_or_fault();
  to.status = response.status;
  for (Header& header : response.headers) to.headers.emplace(std::move(header.name), std::move(header.value));
  if (!forbids_body(response.status)) to.body = std::move(response.body);
}

// The library's last word before the head is written: what it added is replaced by what is true here.
void GuardedServer::Library::finish(httplib::Response& response) const {
  response.headers.erase("Accept-Ranges");
  if (forbids_body(response.status)) response.headers.erase("Content-Length");
  // Also to HTTP/1.1, where it goes without saying: HTTP/1.0 clients need it.
  if (exchange->shape.keep_alive) {
    response.headers.erase("Connection");
    response.headers.emplace("Connection", "keep-alive");
    response.headers.emplace("Keep-Alive", keep_alive_);
  }
  if (settings_.now) response.headers.emplace("Date", date());
}

std::string GuardedServer::Library::date() const {
  static thread_local Instant shown{};
  static thread_local std::string text;
  const Instant now = std::chrono::floor<std::chrono::seconds>(settings_.now());
  if (text.empty() || shown != now) {
    shown = now;
    text = to_http_date(now);
  }
  return text;
}

GuardedServer::GuardedServer(Settings settings) : library_(std::make_unique<Library>(std::move(settings))) {}

GuardedServer::~GuardedServer() = default;

std::string GuardedServer::answer(const std::function<Response()>& make, const Shape& shape) {
  // The method matters to the library only because HEAD has no body; path, headers and body it has no use
  // for.
  MemoryStream stream(shape.head_only ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n");
  const Exchange current{make, shape};
  exchange = &current;
  std::string bytes = library_->exchange_over(stream);
  exchange = nullptr;
  return bytes;
}

}  // namespace optledger::http
