#include "tests/mail/smtp_peer.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace optledger::test {
namespace {

namespace fs = std::filesystem;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {ends[0], ends[1]};
}

int spawn(const std::vector<std::string>& words, int standard_input, int standard_output) {
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

std::string read_line(int from) {
  std::string line;
  for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

SmtpPeer::SmtpPeer(std::vector<std::string> switches, std::uint16_t port) {
  const fs::path script = fs::path(__FILE__).parent_path().parent_path() / "peers" / "smtp_server.py";
  std::vector<std::string> words = {"/usr/bin/python3",
                                    script.string(),
                                    "--stdin-lives",
                                    "--store",
                                    (folder_.path() / "store").string(),
                                    "--cert-dir",
                                    (folder_.path() / "cert").string(),
                                    "--port",
                                    std::to_string(port)};
  words.insert(words.end(), switches.begin(), switches.end());
  const Pipe input = make_pipe();
  const Pipe output = make_pipe();
  process_ = spawn(words, input.read_end, output.write_end);
  to_child_ = input.write_end;
  ::close(input.read_end);
  ::close(output.write_end);
  const std::string line = read_line(output.read_end);
  ::close(output.read_end);
  if (line.empty()) throw std::runtime_error("smtp_server.py did not start; run it by hand to see why");
  port_ = static_cast<std::uint16_t>(std::stoi(line));
}

SmtpPeer::~SmtpPeer() { stop(); }

void SmtpPeer::stop() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(to_child_);
  process_ = -1;
}

void SmtpPeer::freeze() { ::kill(process_, SIGSTOP); }

std::vector<StoredLetter> SmtpPeer::letters() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "store")) {
    if (entry.path().extension() == ".eml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<StoredLetter> letters;
  for (fs::path& file : files) {
    StoredLetter letter;
    letter.bytes = read_file(file);
    letter.facts = nlohmann::json::parse(read_file(file.replace_extension(".json")));
    letters.push_back(std::move(letter));
  }
  return letters;
}

std::vector<nlohmann::json> SmtpPeer::events() const {
  std::istringstream lines(read_file(folder_.path() / "store" / "events.jsonl"));
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  return events;
}

int SmtpPeer::connections() const {
  const auto all = events();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& e) { return e["event"] == "connect"; }));
}

int SmtpPeer::commands(const std::string& verb) const {
  const auto all = events();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [&](const auto& e) { return e.value("verb", "") == verb; }));
}

MailConfig SmtpPeer::config(MailConfig::Transport transport) const {
  MailConfig config;
  config.transport = transport;
  config.server = {"127.0.0.1", port_};
  if (transport != MailConfig::Transport::smtp) config.ca_file = certificate();
  return config;
}

}  // namespace optledger::test
