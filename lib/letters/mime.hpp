// The parts of RFC 5322, 2045 and 2047 that a letter needs: header fields that cannot be broken out of, and
// quoted-printable bodies. Output has CRLF line ends and lines of at most 76 octets (an address that is
// longer than that stands alone on its line, since it cannot be folded).
//
// Every function throws std::invalid_argument for a control character or ill-formed UTF-8, naming the field:
// a header line that ends where its value wants it to cannot be made here.
#pragma once

#include <string>
#include <string_view>

namespace optledger {

// A field whose value is already in its final form; UTF-8 stays as it is (RFC 6532, for an address with
// UTF-8).
std::string header_field(std::string_view name, std::string_view value);

// A field of free text (Subject): as it is when plain and short, else in RFC 2047 encoded-words.
std::string text_field(std::string_view name, std::string_view text);

// A field of one mailbox: `"Example GmbH" <news@example.de>`, or the bare address when there is no name.
std::string mailbox_field(std::string_view name, std::string_view display_name, std::string_view address);

// RFC 2045, section 6.7. Lines of `text` end with LF. The layout depends on the characters' encoded width
// only, so a masked token gives lines of the same length as the real one.
std::string to_quoted_printable(std::string_view text);

}  // namespace optledger
