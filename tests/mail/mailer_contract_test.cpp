// What every Mailer promises, over both transports.
#include "service/mail/make_mailer.hpp"
#include "tests/mail/letters.hpp"
#include "tests/mail/smtp_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace optledger {
namespace {

namespace fs = std::filesystem;
using Outcome = Delivery::Outcome;
using test::to_anna;

class OverSmtp {
 public:
  OverSmtp() : config_(peer_->config()) {}
  MailConfig config() const { return config_; }
  std::vector<std::string> letters() const {
    std::vector<std::string> letters;
    for (auto& letter : peer_->letters()) letters.push_back(std::move(letter.bytes));
    return letters;
  }
  void take_away() { peer_.reset(); }
  void bring_back() {
    peer_ = std::make_unique<test::SmtpPeer>(std::vector<std::string>{}, config_.server.port);
  }

 private:
  std::unique_ptr<test::SmtpPeer> peer_ = std::make_unique<test::SmtpPeer>();
  MailConfig config_;
};

class OverMailbox {
 public:
  MailConfig config() const {
    MailConfig config;
    config.transport = MailConfig::Transport::mailbox;
    config.mailbox = box();
    return config;
  }
  std::vector<std::string> letters() const {
    std::vector<std::string> letters;
    if (!fs::exists(box() / "new")) return letters;
    for (const auto& entry : fs::directory_iterator(box() / "new")) {
      std::ifstream file(entry.path(), std::ios::binary);
      letters.push_back((std::ostringstream() << file.rdbuf()).str());
    }
    return letters;
  }
  void take_away() {
    fs::remove_all(box());
    std::ofstream(box()) << "in the way";
  }
  void bring_back() { fs::remove(box()); }

 private:
  fs::path box() const { return folder_.path() / "box"; }
  TemporaryFolder folder_;
};

#define OVER_BOTH_TRANSPORTS OverSmtp, OverMailbox

TEST_CASE_TEMPLATE("a letter arrives byte for byte", Transport, OVER_BOTH_TRANSPORTS) {
  Transport transport;
  const auto mailer = make_mailer(transport.config());
  const Delivery delivery = mailer->deliver(to_anna, test::dotted_letter());
  CHECK(delivery.outcome == Outcome::accepted);
  CHECK_FALSE(delivery.reply.empty());
  CHECK(transport.letters() == std::vector<std::string>{test::dotted_letter()});
}

TEST_CASE_TEMPLATE("letters arrive each once, to UTF-8 addresses too", Transport, OVER_BOTH_TRANSPORTS) {
  Transport transport;
  const auto mailer = make_mailer(transport.config());
  std::vector<std::string> sent;
  for (int number = 10; number < 30; ++number) {
    sent.push_back(test::letter_number(number));
    CHECK(mailer->deliver(number % 2 == 0 ? to_anna : test::to_joerg, sent.back()).outcome ==
          Outcome::accepted);
  }
  auto arrived = transport.letters();
  std::sort(arrived.begin(), arrived.end());
  CHECK(arrived == sent);
}

TEST_CASE_TEMPLATE("a probe says yes and leaves no letter", Transport, OVER_BOTH_TRANSPORTS) {
  Transport transport;
  const auto mailer = make_mailer(transport.config());
  CHECK(mailer->probe().outcome == Outcome::accepted);
  CHECK(transport.letters().empty());
}

TEST_CASE_TEMPLATE("a transport that is away is temporary, and takes the same bytes when it is back",
                   Transport, OVER_BOTH_TRANSPORTS) {
  Transport transport;
  const auto mailer = make_mailer(transport.config());
  const std::string letter = test::letter_number(1);
  transport.take_away();
  const Delivery away = mailer->deliver(to_anna, letter);
  CHECK(away.outcome == Outcome::temporary);
  CHECK(mailer->probe().outcome == Outcome::temporary);
  CHECK(away.reply.find("confirm") == std::string::npos);
  CHECK(away.reply.find("anna") == std::string::npos);
  transport.bring_back();
  CHECK(mailer->deliver(to_anna, letter).outcome == Outcome::accepted);
  CHECK(transport.letters() == std::vector<std::string>{letter});
}

}  // namespace
}  // namespace optledger
