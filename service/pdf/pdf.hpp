// A page of the product as a PDF file for paper and for the record: A4, tagged, with its fonts inside, and
// with one file attached. cairo, pango and libqrencode are known in this room only.
#pragma once

#include "lib/base/instant.hpp"

#include <string>

namespace optledger::pdf {

struct Attachment {
  std::string name;         // ASCII, such as "optledger-proof.json"
  std::string media_type;   // such as "application/json"
  std::string description;  // one line, for the reader's list of attachments
  std::string bytes;
};

struct Document {
  // A whole page in the markup of templates/pages/proof.mustache: its <title>, its language and what it says.
  // Elements that this room does not know are read for their text.
  std::string html;
  std::string author;
  std::string footer;  // at the left foot of every page; at the right stands "1 / 3"
  Instant made_at{};
  Attachment attachment;
};

// The file. The same document, fonts and libraries give the same bytes. Texts may be of any length and
// script; a character that no installed font has is drawn as a box with its number. May be called from
// several threads. Throws std::runtime_error when cairo fails or no font at all is installed.
std::string to_pdf(const Document& document);

}  // namespace optledger::pdf
