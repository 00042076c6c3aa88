#include "service/mail/smtp.hpp"

#include "tests/mail/letters.hpp"
#include "tests/mail/smtp_peer.hpp"

#include <doctest/doctest.h>

#include <set>
#include <thread>

namespace optledger {
namespace {

using Outcome = Delivery::Outcome;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using test::SmtpPeer;
using test::to_anna;

TEST_CASE("a letter arrives byte for byte, with its envelope, and the server's reply is kept") {
  SmtpPeer peer;
  SmtpMailer mailer(peer.config());
  const Delivery delivery = mailer.deliver(to_anna, test::dotted_letter());
  CHECK(delivery.outcome == Outcome::accepted);
  CHECK(delivery.reply == "250 2.0.0 Ok: queued as 000001");
  const auto letters = peer.letters();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].bytes == test::dotted_letter());
  CHECK(letters[0].facts["from"] == "news@example.de");
  CHECK(letters[0].facts["to"] == nlohmann::json::array({"anna@example.org"}));
  CHECK(letters[0].facts["smtputf8"] == false);
}

TEST_CASE("a hundred letters go over one connection") {
  SmtpPeer peer;
  SmtpMailer mailer(peer.config());
  for (int number = 1; number <= 100; ++number) {
    REQUIRE(mailer.deliver(to_anna, test::letter_number(number)).outcome == Outcome::accepted);
  }
  CHECK(peer.connections() == 1);
  const auto letters = peer.letters();
  REQUIRE(letters.size() == 100);
  std::set<std::string> bytes;
  for (const auto& letter : letters) bytes.insert(letter.bytes);
  CHECK(bytes.size() == 100);
}

TEST_CASE("a kept connection that the server closed between two letters is replaced without a word") {
  SmtpPeer peer({"--idle", "0.2"});
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  std::this_thread::sleep_for(500ms);
  CHECK(mailer.deliver(to_anna, test::letter_number(2)).outcome == Outcome::accepted);
  CHECK(peer.connections() == 2);
  CHECK(peer.letters().size() == 2);
}

TEST_CASE("a kept connection that dies at MAIL is replaced once, and the letter arrives once") {
  SmtpPeer peer({"--drop", "MAIL", "--skip", "MAIL=1", "--times", "MAIL=1"});
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  const Delivery second = mailer.deliver(to_anna, test::letter_number(2));
  CHECK_MESSAGE(second.outcome == Outcome::accepted, second.reply);
  CHECK(peer.connections() == 2);
  CHECK(peer.letters().size() == 2);
}

TEST_CASE("a server that takes only so many letters over one connection gets the rest over new ones") {
  SmtpPeer peer({"--letters-per-connection", "3"});
  SmtpMailer mailer(peer.config());
  for (int number = 1; number <= 10; ++number) {
    const Delivery delivery = mailer.deliver(to_anna, test::letter_number(number));
    CHECK_MESSAGE(delivery.outcome == Outcome::accepted, delivery.reply);
  }
  CHECK(peer.letters().size() == 10);
  CHECK(peer.connections() == 4);
}

TEST_CASE("a fresh connection that dies at MAIL is not tried again at once") {
  SmtpPeer peer({"--drop", "MAIL"});
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::temporary);
  CHECK(peer.connections() == 1);
}

TEST_CASE("a kept connection that dies after the letter was sent is not tried again at once") {
  SmtpPeer peer({"--drop", "BODY", "--skip", "BODY=1"});
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  const Delivery second = mailer.deliver(to_anna, test::letter_number(2));
  CHECK(second.outcome == Outcome::temporary);
  CHECK(second.reply.find("after DATA") != std::string::npos);
  CHECK(peer.connections() == 1);
}

TEST_CASE("an address with UTF-8 before the @ goes to a server with SMTPUTF8") {
  SmtpPeer peer;
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  CHECK(mailer.deliver(test::to_joerg, test::letter_number(2)).outcome == Outcome::accepted);
  const auto letters = peer.letters();
  REQUIRE(letters.size() == 2);
  CHECK(letters[1].facts["smtputf8"] == true);
  CHECK(letters[1].facts["to"] == nlohmann::json::array({"jörg@example.org"}));
  CHECK(peer.connections() == 1);
}

TEST_CASE("a server without SMTPUTF8 never gets such an address, and other letters go on") {
  SmtpPeer peer({"--no-smtputf8"});
  SmtpMailer mailer(peer.config());
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  const Delivery delivery = mailer.deliver(test::to_joerg, test::letter_number(2));
  CHECK(delivery.outcome == Outcome::refused);
  CHECK(delivery.reply.find("SMTPUTF8") != std::string::npos);
  CHECK(peer.commands("RCPT") == 1);
  CHECK(mailer.deliver(to_anna, test::letter_number(3)).outcome == Outcome::accepted);
  CHECK(peer.letters().size() == 2);
}

TEST_CASE("an address that would add to an SMTP command, or a letter with a bare line end, is never sent") {
  SmtpPeer peer;
  SmtpMailer mailer(peer.config());
  for (const char* address : {"a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org> NOTIFY=NEVER", "",
                              "a\n@b.de", "<a@example.org>", "a\xC2\x85@example.org"}) {
    CHECK(mailer.deliver({"news@example.de", address}, test::letter_number(1)).outcome == Outcome::refused);
    CHECK(mailer.deliver({address, "anna@example.org"}, test::letter_number(1)).outcome == Outcome::refused);
  }
  for (const char* tail : {"\n.\r\n", "a\nb\r\n", "a\rb\r\n", "\r\n.\n", "no line end", "\r\r\n", "\r"}) {
    CHECK(mailer.deliver(to_anna, test::letter_number(1) + tail).outcome == Outcome::refused);
  }
  CHECK(mailer.deliver(to_anna, "").outcome == Outcome::refused);
  CHECK(peer.connections() == 0);
}

TEST_CASE("a mailer that goes says QUIT") {
  SmtpPeer peer;
  SmtpMailer(peer.config()).deliver(to_anna, test::letter_number(1));
  for (int tries = 0; tries < 50 && peer.commands("QUIT") == 0; ++tries) std::this_thread::sleep_for(20ms);
  CHECK(peer.commands("QUIT") == 1);
}

TEST_CASE("a mailer that goes does not wait for a server that has stopped answering") {
  SmtpPeer peer;
  auto mailer = std::make_unique<SmtpMailer>(peer.config());
  REQUIRE(mailer->deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  peer.freeze();
  const auto begin = Clock::now();
  mailer.reset();
  CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("a stop breaks off a dialogue with a server that does not answer") {
  SmtpPeer peer({"--delay", "RCPT=60"});
  std::stop_source stop;
  SmtpMailer mailer(peer.config(), SmtpTimeouts{}, stop.get_token());
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(300ms);
    stop.request_stop();
  });
  const auto begin = Clock::now();
  const Delivery delivery = mailer.deliver(to_anna, test::letter_number(1));
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK(delivery.reply == "broken off: the service is stopping");
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("mailers on several threads do not meet") {
  SmtpPeer peer;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&peer, thread] {
      SmtpMailer mailer(peer.config());
      for (int number = 0; number < 25; ++number) {
        mailer.deliver(to_anna, test::letter_number(thread * 100 + number));
      }
    });
  }
  threads.clear();
  CHECK(peer.letters().size() == 100);
  CHECK(peer.connections() == 4);
}

}  // namespace
}  // namespace optledger
