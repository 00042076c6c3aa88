// Every way a server can fail, and what it means for the letter.
#include "service/mail/smtp.hpp"
#include "tests/mail/letters.hpp"
#include "tests/mail/smtp_peer.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

using Outcome = Delivery::Outcome;
using namespace std::chrono_literals;
using test::SmtpPeer;
using test::to_anna;

struct Fault {
  std::string at;
  std::string reply;
  Outcome meaning;
};

Delivery deliver_to(const SmtpPeer& peer, SmtpTimeouts timeouts = {}) {
  return SmtpMailer(peer.config(), timeouts).deliver(to_anna, test::letter_number(1));
}

TEST_CASE("a reply of 5xx to MAIL, RCPT or the letter ends it; every other refusal is worth another try") {
  const std::vector<Fault> faults = {
      {"CONNECT", "421 4.3.2 not now", Outcome::temporary},
      {"CONNECT", "554 5.3.2 no service here", Outcome::temporary},
      {"EHLO", "421 4.3.0 closing", Outcome::temporary},
      {"EHLO", "550 5.7.1 your name is not known", Outcome::temporary},
      {"MAIL", "451 4.3.0 later", Outcome::temporary},
      {"MAIL", "550 5.1.8 bad sender", Outcome::refused},
      {"MAIL", "530 5.7.0 must authenticate first", Outcome::temporary},
      {"RCPT", "450 4.2.1 mailbox busy", Outcome::temporary},
      {"RCPT", "550 5.1.1 no such mailbox", Outcome::refused},
      {"RCPT", "530 5.7.0 must authenticate first", Outcome::temporary},
      {"DATA", "451 4.3.0 later", Outcome::temporary},
      {"DATA", "554 5.7.1 no", Outcome::refused},
      {"BODY", "452 4.3.1 disk full", Outcome::temporary},
      {"BODY", "554 5.7.1 looks like spam", Outcome::refused},
      {"BODY", "421 4.3.2 shutting down", Outcome::temporary},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.at);
    CAPTURE(fault.reply);
    SmtpPeer peer({"--reply", fault.at + "=" + fault.reply});
    const Delivery delivery = deliver_to(peer);
    CHECK(delivery.outcome == fault.meaning);
    CHECK(delivery.reply.starts_with(fault.reply));
    CHECK(peer.letters().empty());
  }
}

TEST_CASE("a connection lost at any point is temporary, and the reply says where") {
  const std::vector<std::pair<std::string, std::string>> points = {{"CONNECT", "CONNECT"}, {"EHLO", "EHLO"},
                                                                   {"MAIL", "MAIL"},       {"RCPT", "RCPT"},
                                                                   {"DATA", "DATA"},       {"BODY", "DATA"}};
  for (const auto& [at, verb] : points) {
    CAPTURE(at);
    SmtpPeer peer({"--drop", at});
    const Delivery delivery = deliver_to(peer);
    CHECK(delivery.outcome == Outcome::temporary);
    CHECK_MESSAGE(delivery.reply.ends_with("(after " + verb + ")"), delivery.reply);
  }
}

TEST_CASE("a server that is slower than the time allowed is temporary") {
  for (const std::string at : {"CONNECT", "EHLO", "MAIL", "BODY"}) {
    CAPTURE(at);
    SmtpPeer peer({"--delay", at + "=20"});
    const auto begin = std::chrono::steady_clock::now();
    const Delivery delivery = deliver_to(peer, {.connect = 500ms, .dialogue = 800ms});
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(delivery.outcome == Outcome::temporary);
    CHECK_MESSAGE(delivery.reply.find("out") != std::string::npos, delivery.reply);
  }
}

TEST_CASE("a slow server within the time allowed gets the letter") {
  SmtpPeer peer({"--delay", "RCPT=0.3", "--delay", "BODY=0.3"});
  CHECK(deliver_to(peer).outcome == Outcome::accepted);
}

TEST_CASE("nobody at the port is temporary") {
  SmtpPeer peer;
  const MailConfig config = peer.config();
  peer.stop();
  SmtpMailer mailer(config);
  const Delivery delivery = mailer.deliver(to_anna, test::letter_number(1));
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK(delivery.reply.find("connect") != std::string::npos);
  CHECK(mailer.probe().outcome == Outcome::temporary);
}

TEST_CASE("the same mailer reaches a server that comes back") {
  auto peer = std::make_unique<SmtpPeer>();
  const MailConfig config = peer->config();
  SmtpMailer mailer(config);
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  peer.reset();
  CHECK(mailer.deliver(to_anna, test::letter_number(2)).outcome == Outcome::temporary);
  peer = std::make_unique<SmtpPeer>(std::vector<std::string>{}, config.server.port);
  CHECK(mailer.deliver(to_anna, test::letter_number(2)).outcome == Outcome::accepted);
  CHECK(peer->letters().size() == 1);
}

TEST_CASE("after a refusal the next letter goes out over the same mailer") {
  SmtpPeer peer({"--recipient", "gone@example.org=550 5.1.1 no such mailbox"});
  SmtpMailer mailer(peer.config());
  for (int round = 0; round < 3; ++round) {
    const Delivery gone = mailer.deliver({"news@example.de", "gone@example.org"}, test::letter_number(1));
    CHECK(gone.outcome == Outcome::refused);
    CHECK(gone.reply == "550 5.1.1 no such mailbox");
    const Delivery delivery = mailer.deliver(to_anna, test::letter_number(2));
    CHECK_MESSAGE(delivery.outcome == Outcome::accepted, delivery.reply);
  }
  CHECK(peer.letters().size() == 3);
}

TEST_CASE("a reply of many lines becomes one line of at most 500 characters") {
  SmtpPeer peer({"--reply", "RCPT=550-5.1.1 first\\n550-5.1.1 second\\n550 5.1.1 " + std::string(900, 'x')});
  const Delivery delivery = deliver_to(peer);
  CHECK(delivery.outcome == Outcome::refused);
  CHECK(delivery.reply.starts_with("550-5.1.1 first 550-5.1.1 second 550 5.1.1 xxx"));
  CHECK(delivery.reply.size() == 500);
}

TEST_CASE("a server too old for EHLO still gets the letter after HELO") {
  SmtpPeer peer({"--reply", "EHLO=502 5.5.1 what?", "--times", "EHLO=1"});
  CHECK(deliver_to(peer).outcome == Outcome::accepted);
}

TEST_CASE("a probe goes as far as a letter would, and leaves none") {
  SmtpPeer good;
  SmtpMailer mailer(good.config());
  CHECK(mailer.probe().outcome == Outcome::accepted);
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  CHECK(mailer.probe().outcome == Outcome::accepted);
  CHECK(mailer.deliver(to_anna, test::letter_number(2)).outcome == Outcome::accepted);
  CHECK(good.letters().size() == 2);
  CHECK(good.commands("MAIL") == 2);
  SmtpPeer closed({"--reply", "CONNECT=554 5.3.2 no service here"});
  const Delivery refused = SmtpMailer(closed.config()).probe();
  CHECK(refused.outcome == Outcome::temporary);
  CHECK(refused.reply == "554 5.3.2 no service here");
}

}  // namespace
}  // namespace optledger
