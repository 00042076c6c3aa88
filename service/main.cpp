// Arguments -> App -> run. The only place that sees signals.
#include "service/app.hpp"
#include "service/cli/command_line.hpp"
#include "service/config/service_manager.hpp"
#include "service/ops/log.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

namespace {

using namespace optledger;

constexpr std::chrono::seconds drain_patience{10};

// Blocked before any thread starts, so that every thread inherits it and only sigwait() takes them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Memory holds keys, addresses and tokens: no file, no crash reporter and no debugger of the same user gets
// it. Also makes /proc/PID/environ, where passwords may be, root's alone.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int serve(const Config& config) {
  const auto signals = block_stop_signals();
  SystemClock clock;
  SystemEntropy entropy;
  App app(config, clock, entropy);
  app.start();
  log_event(LogLevel::info, "listening",
            {{"url", app.url()}, {"public_url", app.config().server.public_url}, {"config", config.source}});
  tell_service_manager("READY=1");
  int signal = 0;
  sigwait(&signals, &signal);
  log_event(LogLevel::info, "stopping");
  tell_service_manager("STOPPING=1");
  app.drain(drain_patience);
  log_event(LogLevel::info, "stopped");
  return cli::done;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);
  forbid_core_dumps();
  return cli::run(argc, argv, serve);
}
