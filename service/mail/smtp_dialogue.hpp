// What went over the wire in one SMTP dialogue, and what it means for the letter. Knows nothing of curl or
// sockets: it is told the lines that were sent and received.
#pragma once

#include "service/mail/mailer.hpp"

#include <string>
#include <string_view>

namespace optledger {

class SmtpDialogue {
 public:
  // A new letter on the same or a new connection: forgets verb and replies, keeps what EHLO told.
  void begin();

  void sent(std::string_view command_line);    // only its verb is kept: an AUTH line holds a password
  void received(std::string_view reply_line);  // "250-SIZE 1000" or "250 OK", with or without line end

  // The last command sent, in capitals; "CONNECT" before the first.
  const std::string& verb() const { return verb_; }

  // True once the last command has been answered completely.
  bool answered() const { return answered_; }
  int code() const { return code_; }  // of the last complete reply to that command, else 0

  // The reply to the last command: one line without control characters, at most 500 characters.
  const std::string& reply() const { return reply_; }

  bool offers_smtputf8() const { return offers_smtputf8_; }

 private:
  std::string verb_ = "CONNECT";
  std::string lines_;  // of a reply that is not complete yet
  std::string reply_;
  int code_ = 0;
  bool answered_ = false;
  bool closing_ = false;  // QUIT has been sent
  bool offers_smtputf8_ = false;
};

// `finished`: the server took the letter. Otherwise `failure` says what stopped the dialogue.
Delivery judge(const SmtpDialogue& dialogue, bool finished, std::string_view failure);

}  // namespace optledger
