// An e-mail address that mail can be sent to. `parse` is the only way to get one.
//
// Accepted: RFC 5321 mailboxes with a dot-atom local part (RFC 6531: UTF-8 allowed, brought to NFC) of at
// most 64 octets and an IDNA2008 domain with at least two labels, 254 octets in all. Refused: quoted local
// parts, address literals, dotless domains. The case of the local part is kept (RFC 5321, 2.4), tags and dots
// are never touched.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

class EmailAddress {
 public:
  // The error is one sentence for the person who typed the address.
  static tl::expected<EmailAddress, std::string> parse(std::string_view text);

  // Local part as typed, domain in lower-case A-labels: the form on the wire, in records and in letters.
  const std::string& text() const { return text_; }
  std::string_view local_part() const { return std::string_view(text_).substr(0, at_); }
  std::string_view domain() const { return std::string_view(text_).substr(at_ + 1); }

  // True when only a server with SMTPUTF8 (RFC 6531) can deliver to it.
  bool needs_smtputf8() const;

  // "a…@e….de": enough for its owner to recognise, too little for anyone else.
  std::string masked() const;

  bool operator==(const EmailAddress&) const = default;

 private:
  EmailAddress(std::string text, std::size_t at) : text_(std::move(text)), at_(at) {}
  std::string text_;
  std::size_t at_;
};

}  // namespace optledger
