// The transport that the configuration names.
#pragma once

#include "service/config/config.hpp"
#include "service/mail/mailer.hpp"

#include <memory>
#include <stop_token>

namespace optledger {

// One for each worker thread: mailers are not shared. `abandon` breaks off an SMTP dialogue that outlasts
// draining.
std::unique_ptr<Mailer> make_mailer(const MailConfig& config, std::stop_token abandon = {});

}  // namespace optledger
