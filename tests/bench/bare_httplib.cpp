// What the library alone can do on this machine: it reads the same request and gives the same short answer,
// and does nothing else. A thread for each connection, as the library wants it, and its own limits out of the
// way: this is the bar at its highest.
#include "tests/bench/listening.hpp"

#include <CLI/CLI.hpp>
#include <httplib.h>

#include <limits>

int main(int argc, char** argv) {
  CLI::App app{"a cpp-httplib server that does nothing"};
  std::size_t threads = 64;
  app.add_option("--threads", threads, "at least as many as connections");
  CLI11_PARSE(app, argc, argv);

  httplib::Server server;
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.set_tcp_nodelay(true);
  server.Post("/v1/signups", [](const httplib::Request&, httplib::Response& response) {
    response.status = 202;
    response.set_content(R"({"status":"confirmation_requested"})", "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  if (port < 0) return 1;
  optledger::bench::say_listening("http", port);
  return server.listen_after_bind() ? 0 : 1;
}
