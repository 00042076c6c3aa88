// tests/peers/smtp_server.py as a child process: a real SMTP server with the given switches.
#pragma once

#include "service/config/config.hpp"
#include "tests/fakes/child_process.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace optledger::test {

struct StoredLetter {
  std::string bytes;  // dots unstuffed, otherwise as received
  nlohmann::json facts;
};

class SmtpPeer {
 public:
  // `port` 0: a free one.
  explicit SmtpPeer(std::vector<std::string> switches = {}, std::uint16_t port = 0);

  std::uint16_t port() const { return port_; }
  std::filesystem::path certificate() const { return folder_.path() / "cert" / "cert.pem"; }
  std::vector<StoredLetter> letters() const;
  int connections() const;                      // how many there have been
  int commands(const std::string& verb) const;  // how often it was sent
  void freeze() { process_->freeze(); }
  void stop() { process_->stop(); }

  // Settings that reach this server.
  MailConfig config(MailConfig::Transport transport = MailConfig::Transport::smtp) const;

 private:
  std::vector<nlohmann::json> events() const;

  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> process_;
  std::uint16_t port_ = 0;
};

}  // namespace optledger::test
