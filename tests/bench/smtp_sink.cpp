// A mail server that takes every letter and forgets it, as fast as can be: a thread for each connection.
// --silent: takes the connection and never says a word, so that letters wait while something else is
// measured.
#include "tests/bench/listening.hpp"

#include <CLI/CLI.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace {

class Client {
 public:
  explicit Client(int socket) : socket_(socket) {}
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool say(std::string_view text) const {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // What comes up to and with `end`.
  std::optional<std::string> read_to(std::string_view end) {
    std::size_t at = std::string::npos;
    while ((at = received_.find(end)) == std::string::npos) {
      std::array<char, 16 * 1024> buffer;
      const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (size <= 0) return std::nullopt;
      received_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    auto text = received_.substr(0, at + end.size());
    received_.erase(0, text.size());
    return text;
  }

 private:
  int socket_;
  std::string received_;
};

void talk(int socket) {
  Client client(socket);
  if (!client.say("220 sink\r\n")) return;
  while (const auto command = client.read_to("\r\n")) {
    const auto verb = command->substr(0, 4);
    if (verb == "QUIT") return;
    if (verb == "DATA") {
      if (!client.say("354 go on\r\n") || !client.read_to("\r\n.\r\n")) return;
    }
    const bool said =
        client.say(verb == "EHLO" ? "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n" : "250 taken\r\n");
    if (!said) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"an SMTP server that forgets every letter"};
  bool silent = false;
  app.add_flag("--silent", silent, "never answers");
  CLI11_PARSE(app, argc, argv);

  const int listener = optledger::bench::listen_on_loopback();
  optledger::bench::say_listening("smtp", optledger::bench::port_of(listener));
  for (;;) {
    const int socket = ::accept(listener, nullptr, nullptr);
    if (socket >= 0 && !silent) std::thread(talk, socket).detach();
  }
}
