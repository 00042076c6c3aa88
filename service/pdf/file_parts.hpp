// cairo 1.16 writes a tagged file, but has no way to say its language or to attach a file. So its objects are
// read back, what is missing is put in, and all of them are written again with one table.
#pragma once

#include "service/pdf/pdf.hpp"

#include <string>

namespace optledger::pdf {

struct Additions {
  std::string language;     // "de"
  std::string figure_text;  // said instead of the picture; empty: there is none
  const Attachment& attachment;
  Instant made_at{};
};

// `pdf`: as cairo writes version 1.4, with a plain table of objects. Throws std::runtime_error when it is
// not.
std::string with_additions(const std::string& pdf, const Additions& additions);

}  // namespace optledger::pdf
