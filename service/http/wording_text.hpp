// The consent wording as a page shows it: its own words and nothing added. Of Markdown only what a consent
// text needs: an empty line separates paragraphs, a line end is a line end, **bold** is bold, and
// [text](address) is shown as "text (address)", so that what was agreed to can be read without following
// anything. All else stands as written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct WordingSpan {
  std::string text;
  bool bold = false;
  bool operator==(const WordingSpan&) const = default;
};

using WordingLine = std::vector<WordingSpan>;
using WordingParagraph = std::vector<WordingLine>;

std::vector<WordingParagraph> parse_wording(std::string_view text);

}  // namespace optledger::http
