#include "tests/mail/smtp_peer.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace optledger::test {
namespace {

namespace fs = std::filesystem;

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
  process_ = std::make_unique<ChildProcess>(words);
  port_ = static_cast<std::uint16_t>(std::stoi(process_->first_line()));
}

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
