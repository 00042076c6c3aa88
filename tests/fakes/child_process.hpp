// A test peer as a process of its own: started, its first line read, gone with this object, and also when the
// test dies (it sees its standard input close).
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <vector>

extern char** environ;

namespace optledger {

class ChildProcess {
 public:
  // The first word is the program. Throws when it ends without having said a line.
  explicit ChildProcess(const std::vector<std::string>& words) {
    const auto input = make_pipe();
    const auto output = make_pipe();
    process_ = spawn(words, input.read_end, output.write_end);
    to_child_ = input.write_end;
    ::close(input.read_end);
    ::close(output.write_end);
    for (char c = 0; ::read(output.read_end, &c, 1) == 1 && c != '\n';) first_line_ += c;
    ::close(output.read_end);
    if (first_line_.empty()) {
      stop();
      throw std::runtime_error(words[1] + " did not start; run it by hand to see why");
    }
  }
  ~ChildProcess() { stop(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const std::string& first_line() const { return first_line_; }
  // It answers no more, its connections stay open.
  void freeze() {
    ::kill(process_, SIGSTOP);
    ::waitpid(process_, nullptr, WUNTRACED);
  }
  void stop() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(to_child_);
    process_ = -1;
  }

 private:
  struct Pipe {
    int read_end = -1;
    int write_end = -1;
  };
  static Pipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return {ends[0], ends[1]};
  }
  static pid_t spawn(const std::vector<std::string>& words, int standard_input, int standard_output) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, standard_input, 0);
    posix_spawn_file_actions_adddup2(&actions, standard_output, 1);
    pid_t process = -1;
    const int failed = ::posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
    return process;
  }

  pid_t process_ = -1;
  int to_child_ = -1;
  std::string first_line_;
};

}  // namespace optledger
