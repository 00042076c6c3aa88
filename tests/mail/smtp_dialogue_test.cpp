#include "service/mail/smtp_dialogue.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

TEST_CASE("a dialogue keeps verbs and never what follows AUTH") {
  SmtpDialogue dialogue;
  CHECK(dialogue.verb() == "CONNECT");
  dialogue.sent("EHLO me\r\n");
  dialogue.received("250-peer\r\n");
  CHECK_FALSE(dialogue.answered());
  dialogue.received("250-smtputf8\r\n");
  dialogue.received("250 HELP\r\n");
  CHECK(dialogue.answered());
  CHECK(dialogue.reply() == "250-peer 250-smtputf8 250 HELP");
  CHECK(dialogue.offers_smtputf8());
  dialogue.sent("AUTH LOGIN\r\n");
  dialogue.received("334 VXNlcg==\r\n");
  dialogue.sent("c2VjcmV0\r\n");
  CHECK(dialogue.verb() == "AUTH");
  dialogue.sent("mail FROM:<a@b.de>\r\n");
  CHECK(dialogue.verb() == "MAIL");
  CHECK_FALSE(dialogue.answered());
  CHECK(dialogue.reply().empty());
  CHECK(dialogue.offers_smtputf8());
}

TEST_CASE("a new EHLO forgets what the last one offered") {
  SmtpDialogue dialogue;
  dialogue.sent("EHLO me");
  dialogue.received("250 SMTPUTF8");
  dialogue.sent("EHLO me");
  dialogue.received("250 HELP");
  CHECK_FALSE(dialogue.offers_smtputf8());
}

TEST_CASE("an unanswered verb is never judged by the reply to the one before it") {
  SmtpDialogue dialogue;
  dialogue.sent("RCPT TO:<a@b.de>");
  dialogue.received("550 no");
  CHECK(judge(dialogue, false, "stopped").outcome == Delivery::Outcome::refused);
  dialogue.sent("DATA");
  const Delivery delivery = judge(dialogue, false, "connection lost");
  CHECK(delivery.outcome == Delivery::Outcome::temporary);
  CHECK(delivery.reply == "connection lost (after DATA)");
}

TEST_CASE("the farewell after a refusal does not hide the refusal") {
  SmtpDialogue dialogue;
  dialogue.sent("RCPT TO:<a@b.de>");
  dialogue.received("550 no");
  dialogue.sent("QUIT");
  dialogue.received("221 bye");
  CHECK(dialogue.verb() == "RCPT");
  CHECK(dialogue.reply() == "550 no");
  dialogue.begin();
  dialogue.sent("EHLO me");
  dialogue.received("250 HELP");
  CHECK(dialogue.reply() == "250 HELP");
}

TEST_CASE("lines that are no SMTP replies do no harm") {
  for (const char* line : {"", "2", "25", "abc", "5x0 hm", "\r\n", "550", "-----", "\xFF\xFE"}) {
    SmtpDialogue dialogue;
    dialogue.sent("RCPT TO:<a@b.de>");
    dialogue.received(line);
    CHECK(judge(dialogue, false, "stopped").reply.size() < 40);
  }
}

}  // namespace
}  // namespace optledger
