// `optledger [--config FILE] COMMAND`: one file for each command, exit codes of the contract.
#pragma once

#include "service/config/config.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace optledger::cli {

enum ExitCode : int {
  done = 0,
  refused = 1,          // the thing asked for failed or was refused
  wrong_use = 2,        // bad flag, bad configuration
  try_again_later = 3,  // temporary: cron may ignore it
};

// One line for the person at the terminal, with the exit code it means.
struct Failure : std::runtime_error {
  Failure(ExitCode exit_code, const std::string& line) : std::runtime_error(line), code(exit_code) {}
  ExitCode code;
};

// Reads the same configuration again, with all its mistakes.
using ReadAgain = std::function<ConfigResult()>;

using Serve = std::function<int(const Config&, const ReadAgain&)>;

// Parses the arguments and runs the command. `serve` is passed in, since the service stands above this room.
int run(int argc, char** argv, const Serve& serve);

}  // namespace optledger::cli
