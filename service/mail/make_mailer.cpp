#include "service/mail/make_mailer.hpp"

#include "service/mail/mailbox.hpp"
#include "service/mail/smtp.hpp"

namespace optledger {

std::unique_ptr<Mailer> make_mailer(const MailConfig& config, std::stop_token abandon) {
  if (config.transport == MailConfig::Transport::mailbox)
    return std::make_unique<MailboxMailer>(config.mailbox);
  return std::make_unique<SmtpMailer>(config, SmtpTimeouts{}, std::move(abandon));
}

}  // namespace optledger
