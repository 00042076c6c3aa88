// Arguments -> App -> run. The only place that sees signals.
#include "service/app.hpp"
#include "service/cli/command_line.hpp"
#include "service/config/service_manager.hpp"
#include "service/ops/log.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

namespace {

using namespace optledger;

constexpr std::chrono::seconds drain_patience{10};

// Blocked before any thread starts, so that every thread inherits it and only sigwait() takes them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
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

bool has_terminal() { return ::isatty(STDERR_FILENO) == 1; }

// SIGHUP: new settings, all of them or none.
void read_again(App& app, const cli::ReadAgain& read) {
  const auto result = read();
  if (result.config) {
    app.take_over(*result.config);
    log_event(LogLevel::info, "settings_taken_over", {{"sections", "limits"}});
    return;
  }
  std::string what = to_text(result.errors.front());
  if (const auto others = result.errors.size() - 1; others > 0) {
    what += " (and " + std::to_string(others) + " more: optledger check)";
  }
  log_event(LogLevel::error, "settings_refused", {{"detail", what}, {"in_force", "the old ones"}});
}

int serve(const Config& config, const cli::ReadAgain& read) {
  const auto signals = block_signals();
  const bool at_terminal = has_terminal();
  SystemClock clock;
  SystemEntropy entropy;
  App app(config, clock, entropy);
  app.start();
  log_event(LogLevel::info, "listening",
            {{"url", app.url()}, {"public_url", app.config().server.public_url}, {"config", config.source}});
  tell_service_manager("READY=1");
  int signal = 0;
  // The signal also says that a terminal was closed; whoever started serve in it wants it gone then.
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP && (!at_terminal || has_terminal())) {
    read_again(app, read);
  }
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
