// Letters into a maildir (`mailbox:/path`): for trying the product out, and for programs that read mail from
// files. The file holds the letter's bytes, nothing more.
//
// A file is named by the SHA-256 of its letter. A retry sends the same bytes, so it lands on the same name
// and replaces instead of doubling: the idempotence that Message-ID gives over SMTP, without a clock or
// chance here.
#pragma once

#include "service/mail/mailer.hpp"

#include <filesystem>

namespace optledger {

class MailboxMailer : public Mailer {
 public:
  // Makes the folder with tmp, new and cur (0700) when first needed.
  explicit MailboxMailer(const std::filesystem::path& folder);

  // `accepted` when the letter is on disk in new/. Anything else (disk full, read-only, no permission) is
  // `temporary`, with the system's words. The envelope leaves no trace.
  Delivery deliver(const Envelope& envelope, std::string_view message) override;

  // Can a letter be written? Writes and removes an empty file.
  Delivery probe() override;

 private:
  std::filesystem::path folder_;
};

}  // namespace optledger
