// Settings that are URLs. Same rules as values.hpp. Private to this room.
#pragma once

#include "service/config/values.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace optledger {

// http or https with a host in ASCII; no user, no white space. Kept as written, scheme and host in lower
// case.
Checked<std::string> parse_link(std::string_view text);

// A link that others reach us by: https, or http on loopback; a path is allowed, a query or fragment is not;
// trailing slashes are cut.
Checked<std::string> parse_public_url(std::string_view text);

// Where a report of a hole goes to (RFC 9116): mailto: and an address in ASCII, or https.
Checked<std::string> parse_security_contact(std::string_view text);

// https, for people to read.
Checked<std::string> parse_https(std::string_view text);

// Where a form's sender is sent afterwards: https, or http on loopback.
Checked<std::string> parse_redirect(std::string_view text);

// As browsers write it in `Origin`: scheme://host[:port], the scheme's own port left out.
Checked<std::string> parse_origin(std::string_view text);

// "sqlite:PATH" -> PATH.
Checked<std::filesystem::path> parse_storage_url(std::string_view text);

// "smtp://host:25", "smtps://…" (465), "smtp+starttls://…" (587), "mailbox:PATH".
struct MailUrl {
  MailConfig::Transport transport = MailConfig::Transport::mailbox;
  std::filesystem::path mailbox;
  HostPort server;
};
Checked<MailUrl> parse_mail_url(std::string_view text);

}  // namespace optledger
