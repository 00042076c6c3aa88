#include "service/mail/smtp.hpp"
#include "tests/mail/letters.hpp"
#include "tests/mail/smtp_peer.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

using Outcome = Delivery::Outcome;
using Transport = MailConfig::Transport;
using test::SmtpPeer;
using test::to_anna;

TEST_CASE("STARTTLS and implicit TLS carry the letter, verified against the configured authority") {
  for (const auto& [transport, flag] :
       {std::pair{Transport::smtp_starttls, "--starttls"}, {Transport::smtps, "--tls"}}) {
    CAPTURE(std::string(flag));
    SmtpPeer peer({flag});
    SmtpMailer mailer(peer.config(transport));
    for (int number = 1; number <= 3; ++number) {
      const Delivery delivery = mailer.deliver(to_anna, test::letter_number(number));
      CHECK_MESSAGE(delivery.outcome == Outcome::accepted, delivery.reply);
    }
    CHECK(mailer.deliver(test::to_joerg, test::letter_number(4)).outcome == Outcome::accepted);
    CHECK(mailer.probe().outcome == Outcome::accepted);
    const auto letters = peer.letters();
    REQUIRE(letters.size() == 4);
    CHECK(letters[0].facts["tls"] == true);
    CHECK(letters[0].facts["connection"] == letters[3].facts["connection"]);
  }
}

TEST_CASE("a certificate from nobody we trust is temporary, and nothing is sent") {
  for (const auto& [transport, flag] :
       {std::pair{Transport::smtp_starttls, "--starttls"}, {Transport::smtps, "--tls"}}) {
    CAPTURE(std::string(flag));
    SmtpPeer peer({flag});
    MailConfig config = peer.config(transport);
    config.ca_file.reset();
    SmtpMailer mailer(config);
    const Delivery delivery = mailer.deliver(to_anna, test::letter_number(1));
    CHECK(delivery.outcome == Outcome::temporary);
    CHECK_MESSAGE(delivery.reply.find("certificate") != std::string::npos, delivery.reply);
    CHECK(mailer.probe().outcome == Outcome::temporary);
    CHECK(peer.commands("MAIL") == 0);
  }
}

TEST_CASE("a trusted certificate for another host is temporary, and nothing is sent") {
  SmtpPeer peer({"--tls", "--cert-name", "DNS:mail.example.net"});
  const Delivery delivery =
      SmtpMailer(peer.config(Transport::smtps)).deliver(to_anna, test::letter_number(1));
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK(peer.commands("MAIL") == 0);
}

TEST_CASE("STARTTLS is required: a server that does not offer it, or takes the offer back, gets nothing") {
  SmtpPeer plain;
  MailConfig config = plain.config(Transport::smtp);
  config.transport = Transport::smtp_starttls;
  config.user = "news";
  config.password = Secret("secret");
  const Delivery delivery = SmtpMailer(config).deliver(to_anna, test::letter_number(1));
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK(plain.commands("AUTH") == 0);
  CHECK(plain.commands("MAIL") == 0);

  SmtpPeer withdrawn({"--starttls", "--reply", "STARTTLS=454 4.7.0 TLS not available"});
  const Delivery second =
      SmtpMailer(withdrawn.config(Transport::smtp_starttls)).deliver(to_anna, test::letter_number(1));
  CHECK(second.outcome == Outcome::temporary);
  CHECK(withdrawn.commands("MAIL") == 0);
}

TEST_CASE("AUTH opens a server that asks for it") {
  SmtpPeer peer({"--starttls", "--auth", "news:s3cret pass"});
  MailConfig config = peer.config(Transport::smtp_starttls);
  config.user = "news";
  config.password = Secret("s3cret pass");
  SmtpMailer mailer(config);
  CHECK(mailer.probe().outcome == Outcome::accepted);
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  REQUIRE(peer.letters().size() == 1);
  CHECK(peer.letters()[0].facts["user"] == "news");
}

TEST_CASE("a wrong or missing password is temporary: the operator mends it, the letter waits") {
  SmtpPeer peer({"--auth", "news:right"});
  MailConfig config = peer.config();
  const Delivery missing = SmtpMailer(config).deliver(to_anna, test::letter_number(1));
  CHECK(missing.outcome == Outcome::temporary);
  CHECK_MESSAGE(missing.reply.starts_with("530"), missing.reply);
  config.user = "news";
  config.password = Secret("wrong-password");
  SmtpMailer mailer(config);
  for (const Delivery& delivery : {mailer.deliver(to_anna, test::letter_number(1)), mailer.probe()}) {
    CHECK(delivery.outcome == Outcome::temporary);
    CHECK_MESSAGE(delivery.reply.starts_with("535"), delivery.reply);
    CHECK(delivery.reply.find("wrong-password") == std::string::npos);
  }
  CHECK(peer.letters().empty());
}

}  // namespace
}  // namespace optledger
