#include "service/mail/smtp.hpp"

#include "lib/base/text.hpp"
#include "service/mail/smtp_dialogue.hpp"
#include "service/net/curl.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace optledger {
namespace {

std::string url_of(const MailConfig& config) {
  const bool tls_first = config.transport == MailConfig::Transport::smtps;
  const bool ipv6 = config.server.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", tls_first ? "smtps" : "smtp", ipv6 ? "[" : "", config.server.host,
                     ipv6 ? "]" : "", config.server.port);
}

// What would end or add to an SMTP command.
bool can_stand_in_a_command(std::string_view address) {
  return !address.empty() && !has_control_character(address) &&
         address.find_first_of(" <>") == std::string_view::npos;
}

// A bare CR or LF lets another server see an end of DATA where there is none ("SMTP smuggling",
// CVE-2023-51764).
bool has_bare_line_end(std::string_view message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '\n') return true;
    if (message[i] != '\r') continue;
    if (i + 1 == message.size() || message[i + 1] != '\n') return true;
    ++i;
  }
  return false;
}

Delivery unsendable(const Envelope& envelope, std::string_view message) {
  if (!can_stand_in_a_command(envelope.from) || !can_stand_in_a_command(envelope.to)) {
    return {Delivery::Outcome::refused,
            "not sent: an envelope address holds a space, a bracket or a control character"};
  }
  if (has_bare_line_end(message) || !message.ends_with("\r\n")) {
    return {Delivery::Outcome::refused, "not sent: the letter's lines do not all end with CR LF"};
  }
  return {Delivery::Outcome::accepted, ""};
}

}  // namespace

// The callbacks are plain functions that find the Line by its address, so it never moves.
class SmtpMailer::Line {
 public:
  Line(const MailConfig& config, const SmtpTimeouts& timeouts, const std::stop_token& abandon)
      : abandon_(abandon) {
    handle_.set(CURLOPT_URL, url_of(config));
    handle_.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    handle_.set(CURLOPT_MAXCONNECTS, 1L);
    handle_.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect.count()));
    handle_.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeouts.dialogue.count()));
    const bool starttls = config.transport == MailConfig::Transport::smtp_starttls;
    handle_.set(CURLOPT_USE_SSL, static_cast<long>(starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    handle_.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (config.ca_file) handle_.set(CURLOPT_CAINFO, config.ca_file->string());
    if (!config.user.empty()) {
      handle_.set(CURLOPT_USERNAME, config.user);
      handle_.set(CURLOPT_PASSWORD, config.password.reveal());
    }
    watch();
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // Closing says QUIT and waits for the answer, up to two minutes; with the read side shut it does not wait.
  ~Line() {
    if (const curl_socket_t open = handle_.socket(); open != CURL_SOCKET_BAD) ::shutdown(open, SHUT_RD);
  }

  Delivery send(const Envelope& envelope, std::string_view message, bool fresh) {
    CurlList recipients;
    recipients.add("<" + envelope.to + ">");
    handle_.set(CURLOPT_MAIL_FROM, "<" + envelope.from + ">");
    handle_.set(CURLOPT_MAIL_RCPT, recipients.get());
    handle_.set(CURLOPT_UPLOAD, true);
    handle_.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    needs_smtputf8_ = !is_ascii(envelope.to) || !is_ascii(envelope.from);
    unsent_ = message;
    // A kept connection whose server did not offer SMTPUTF8 is not asked again; a new one may know better.
    const Delivery delivery = talk(fresh || (needs_smtputf8_ && !dialogue_.offers_smtputf8()));
    handle_.set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    return delivery;
  }

  Delivery probe() {
    handle_.set(CURLOPT_CUSTOMREQUEST, "NOOP");
    handle_.set(CURLOPT_NOBODY, true);
    return talk(true);
  }

  // The connection was an old one, and nothing but its closing was heard on it.
  bool was_dead() const {
    return reused_ && dialogue_.verb() == "MAIL" && (!dialogue_.answered() || dialogue_.code() == 421);
  }

 private:
  void watch() {
    handle_.set(CURLOPT_VERBOSE, true);  // else curl does not call the next one
    handle_.set(CURLOPT_DEBUGFUNCTION, &Line::on_debug);
    handle_.set(CURLOPT_DEBUGDATA, this);
    handle_.set(CURLOPT_HEADERFUNCTION, &Line::on_reply);
    handle_.set(CURLOPT_HEADERDATA, this);
    handle_.set(CURLOPT_READFUNCTION, &Line::on_read);
    handle_.set(CURLOPT_READDATA, this);
    handle_.set(CURLOPT_NOPROGRESS, false);
    handle_.set(CURLOPT_XFERINFOFUNCTION, &Line::on_progress);
    handle_.set(CURLOPT_XFERINFODATA, this);
  }

  Delivery talk(bool fresh) {
    handle_.set(CURLOPT_FRESH_CONNECT, fresh);
    lacks_smtputf8_ = false;
    dialogue_.begin();
    const CURLcode code = handle_.perform();
    reused_ = handle_.number(CURLINFO_NUM_CONNECTS) == 0;
    if (lacks_smtputf8_) {
      return {Delivery::Outcome::refused,
              "not sent: the address has letters outside ASCII before the @, and the "
              "mail server does not offer SMTPUTF8 (RFC 6531)"};
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
      return {Delivery::Outcome::temporary, "broken off: the service is stopping"};
    }
    return judge(dialogue_, code == CURLE_OK, handle_.error_text(code));
  }

  static int on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* line) {
    if (type == CURLINFO_HEADER_OUT) static_cast<Line*>(line)->dialogue_.sent({text, size});
    return 0;
  }

  static std::size_t on_reply(char* text, std::size_t, std::size_t size, void* self) {
    auto& line = *static_cast<Line*>(self);
    line.dialogue_.received({text, size});
    // Only here is it certain which EHLO counted (STARTTLS makes two); RCPT with the address has not been
    // sent.
    const bool mail_answered = line.dialogue_.verb() == "MAIL" && line.dialogue_.answered();
    line.lacks_smtputf8_ = mail_answered && line.needs_smtputf8_ && !line.dialogue_.offers_smtputf8() &&
                           line.dialogue_.code() == 250;
    // After 421 the server closes (RFC 5321, 3.8); curl would go on to HELO and lose the reason.
    const bool server_closes = line.dialogue_.answered() && line.dialogue_.code() == 421;
    return line.lacks_smtputf8_ || server_closes ? 0 : size;
  }

  static std::size_t on_read(char* buffer, std::size_t, std::size_t room, void* self) {
    auto& unsent = static_cast<Line*>(self)->unsent_;
    const std::size_t size = std::min(room, unsent.size());
    std::memcpy(buffer, unsent.data(), size);
    unsent.remove_prefix(size);
    return size;
  }

  static int on_progress(void* line, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Line*>(line)->abandon_.stop_requested() ? 1 : 0;
  }

  std::stop_token abandon_;
  SmtpDialogue dialogue_;
  std::string_view unsent_;
  bool needs_smtputf8_ = false;
  bool lacks_smtputf8_ = false;
  bool reused_ = false;
  CurlHandle handle_;  // last: its closing still calls back into the others
};

SmtpMailer::SmtpMailer(const MailConfig& config, SmtpTimeouts timeouts, std::stop_token abandon)
    : config_(config),
      timeouts_(timeouts),
      abandon_(std::move(abandon)),
      line_(std::make_unique<Line>(config_, timeouts_, abandon_)) {}

SmtpMailer::~SmtpMailer() = default;

Delivery SmtpMailer::deliver(const Envelope& envelope, std::string_view message) {
  Delivery delivery = unsendable(envelope, message);
  if (delivery.outcome != Delivery::Outcome::accepted) return delivery;
  delivery = line_->send(envelope, message, false);
  const bool again = delivery.outcome == Delivery::Outcome::temporary && line_->was_dead();
  return again ? line_->send(envelope, message, true) : delivery;
}

Delivery SmtpMailer::probe() { return Line(config_, timeouts_, abandon_).probe(); }

}  // namespace optledger
