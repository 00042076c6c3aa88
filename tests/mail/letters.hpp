// Letters to hand to a mailer.
#pragma once

#include "service/mail/mailer.hpp"

#include <string>

namespace optledger::test {

inline const Envelope to_anna{"news@example.de", "anna@example.org"};
inline const Envelope to_joerg{"news@example.de", "jörg@example.org"};

inline std::string letter_number(int number) {
  return "Date: Mon, 23 Nov 2026 19:09:29 +0000\r\n"
         "From: news@example.de\r\n"
         "To: anna@example.org\r\n"
         "Subject: Letter " +
         std::to_string(number) + "\r\nMessage-ID: <" + std::to_string(number) +
         "@example.de>\r\n"
         "\r\n"
         "https://news.example.de/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";
}

// Everything SMTP does something with on the way.
inline std::string dotted_letter() {
  return letter_number(0) + ".\r\n..\r\n...\r\n.leading\r\n\r\n.\r\n.\r\n" + std::string(900, '.') +
         "\r\nend.\r\n.\r\n";
}

}  // namespace optledger::test
