// Letters over SMTP (libcurl): plain, implicit TLS (smtps) or STARTTLS, which is then required, never merely
// tried. Certificates are checked against ca_file or the system's authorities.
//
// One mailer is one connection, opened at the first letter and kept for the next ones. When a kept connection
// turns out dead before the server has said anything about the letter, the letter goes once more over a fresh
// one. After that point a lost connection is `temporary`: the server may have taken the letter, and only a
// retry with the same Message-ID is safe.
#pragma once

#include "service/config/config.hpp"
#include "service/mail/mailer.hpp"

#include <memory>
#include <stop_token>

namespace optledger {

struct SmtpTimeouts {
  Duration connect{
      std::chrono::seconds{30}};  // to a connection on which mail can begin: TCP, TLS, EHLO, AUTH
  Duration dialogue{std::chrono::seconds{60}};  // all of one letter, connecting included
};

class SmtpMailer : public Mailer {
 public:
  // Reads server, transport, user, password and ca_file; connects to nothing yet. A stop requested at
  // `abandon` breaks off a dialogue within about a second (`temporary`): for the end of draining, not its
  // beginning.
  explicit SmtpMailer(const MailConfig& config, SmtpTimeouts timeouts = {}, std::stop_token abandon = {});
  ~SmtpMailer() override;  // says QUIT, waits for nobody

  Delivery deliver(const Envelope& envelope, std::string_view message) override;

  // Connect, EHLO, TLS, AUTH, NOOP, QUIT, on a connection of its own.
  Delivery probe() override;

 private:
  class Line;  // one easy handle with its dialogue

  MailConfig config_;
  SmtpTimeouts timeouts_;
  std::stop_token abandon_;
  std::unique_ptr<Line> line_;
};

}  // namespace optledger
