#include "service/mail/smtp_dialogue.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace optledger {
namespace {

constexpr std::size_t reply_limit =
    500;  // characters; RFC 5321 allows 512 octets a line, but any number of lines

constexpr std::array<std::string_view, 10> verbs = {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL",
                                                    "RCPT", "DATA", "NOOP",     "RSET", "HELP"};

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

// RFC 4954, section 6: our credentials are missing or wrong. The operator can mend that; the letter is fine.
bool is_about_authentication(int code) {
  return code == 530 || code == 532 || code == 534 || code == 535 || code == 538;
}

bool is_about_the_letter(std::string_view verb) { return verb == "MAIL" || verb == "RCPT" || verb == "DATA"; }

}  // namespace

void SmtpDialogue::begin() {
  verb_ = "CONNECT";
  lines_.clear();
  reply_.clear();
  code_ = 0;
  answered_ = false;
  closing_ = false;
}

void SmtpDialogue::sent(std::string_view command_line) {
  const std::string_view line = without_line_end(command_line);
  const std::string verb = upper(line.substr(0, line.find(' ')));
  // libcurl says QUIT by itself after a refusal; the reply that matters is the one before.
  if (verb == "QUIT") closing_ = true;
  if (closing_) return;
  // Anything else is a continuation of AUTH.
  if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) return;
  begin();
  verb_ = verb;
  if (verb == "EHLO" || verb == "HELO") offers_smtputf8_ = false;
}

void SmtpDialogue::received(std::string_view reply_line) {
  if (closing_) return;
  const std::string_view line = without_line_end(reply_line);
  if (verb_ == "EHLO" && line.size() > 4 && upper(line.substr(4)) == "SMTPUTF8") offers_smtputf8_ = true;
  lines_.append(lines_.empty() ? "" : " ").append(line);
  const bool last = line.size() < 4 || line[3] != '-';
  if (!last) return;
  const bool has_code = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3,
                                                        [](unsigned char c) { return std::isdigit(c) != 0; });
  code_ = has_code ? std::stoi(std::string(line.substr(0, 3))) : 0;
  reply_ = to_one_line(lines_, reply_limit);
  lines_.clear();
  answered_ = true;
}

Delivery judge(const SmtpDialogue& dialogue, bool finished, std::string_view failure) {
  if (finished) return {Delivery::Outcome::accepted, dialogue.reply()};
  if (dialogue.answered() && dialogue.code() >= 400) {
    const bool final = dialogue.code() >= 500 && is_about_the_letter(dialogue.verb()) &&
                       !is_about_authentication(dialogue.code());
    return {final ? Delivery::Outcome::refused : Delivery::Outcome::temporary, dialogue.reply()};
  }
  return {Delivery::Outcome::temporary,
          to_one_line(std::string(failure) + " (after " + dialogue.verb() + ")", reply_limit)};
}

}  // namespace optledger
