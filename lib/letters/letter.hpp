// A letter is a pure function of a template and values: the same template text, facts and values always give
// the same bytes, so a letter can be shown again years later without having been stored. That binds this
// room: a change to the bytes it makes for stored templates is a change to evidence (tests/lib/letters guards
// it by hash).
#pragma once

#include "lib/base/instant.hpp"
#include "lib/person/email_address.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Who the company is, as its letters say it: stable over many letters, stored once as canonical JSON by its
// hash.
struct LetterFacts {
  std::string from_name;        // may be empty
  std::string from_address;     // bare, ASCII
  std::string list_title;       // "News"; empty in a letter about no list
  std::string controller_name;  // "Example GmbH"
  std::vector<std::string>
      controller_lines;     // legal identification: street, city, register, e-mail, …, in order
  std::string imprint_url;  // may be empty
  std::string privacy_url;  // may be empty
  std::string public_url;   // "https://newsletter.example.de", no trailing slash

  bool operator==(const LetterFacts&) const = default;
};

std::string to_canonical_text(const LetterFacts& facts);
LetterFacts letter_facts_from(std::string_view canonical_text);  // throws std::invalid_argument

struct LetterValues {
  EmailAddress to;
  std::string token;     // 44 characters: the real one to send, or as many '*' for the evidence; empty in a
                         // privacy letter that has nothing to link to
  Instant requested_at;  // also the Date of the letter
  Instant expires_at;    // of the link
  std::string message_key;  // 8 to 64 lower-case hex digits; makes the Message-ID and the MIME boundary:
                            // stable over retries, never used for another letter
};

struct Letter {
  std::string message_id;  // "<…@domain>", domain of from_address
  std::string
      message;  // RFC 5322 bytes with CRLF line ends; 7-bit but for a UTF-8 local part in To (RFC 6532)
};

// The confirmation ("double opt-in") letter. `template_text` is a whole template file (letter_template.hpp).
// Throws std::invalid_argument, naming the field, when the template is broken or lacks the link, or when a
// value cannot stand in a letter (control characters, ill-formed UTF-8, an URL that is not http or https).
Letter compose_confirmation_letter(std::string_view template_text, const LetterFacts& facts,
                                   const LetterValues& values);

// The answer to "what do you hold about me?": the link to the person's page, or without a token that nothing
// is held. Throws like the other one.
Letter compose_privacy_letter(std::string_view template_text, const LetterFacts& facts,
                              const LetterValues& values);

}  // namespace optledger
