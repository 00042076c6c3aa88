// Hands one finished letter to a mail transport. A transport never decides whether to send, only says how it
// went.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

struct Envelope {
  std::string from;  // bare address
  std::string to;    // bare address; UTF-8 local part when the address needs SMTPUTF8
};

struct Delivery {
  enum class Outcome {
    accepted,   // the next hop took responsibility (SMTP 250 after DATA; a file safely in new/)
    temporary,  // 4xx, AUTH, connection, time-out: the same bytes again later
    refused,    // 5xx to MAIL, RCPT or DATA: this letter can never be delivered
  };
  Outcome outcome;
  std::string reply;  // the server's last reply, or what failed; never the letter's content, never a password
};

// A Mailer is used by one thread at a time and may keep its connection open between letters.
class Mailer {
 public:
  virtual ~Mailer() = default;
  virtual Delivery deliver(const Envelope& envelope, std::string_view message) = 0;
  // One line for `optledger check`: is the transport there? Throws nothing; `accepted` means yes.
  virtual Delivery probe() = 0;
};

}  // namespace optledger
