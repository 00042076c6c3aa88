#include "service/http/wording_text.hpp"

#include "lib/base/text.hpp"

namespace optledger::http {
namespace {

std::string with_plain_links(std::string_view line) {
  std::string plain;
  while (!line.empty()) {
    const auto open = line.find('[');
    const auto middle = line.find("](", open);
    const auto close = line.find(')', middle);
    if (open == line.npos || middle == line.npos || close == line.npos) break;
    plain.append(line.substr(0, open)).append(line.substr(open + 1, middle - open - 1));
    plain.append(" (").append(line.substr(middle + 2, close - middle - 2)).append(")");
    line.remove_prefix(close + 1);
  }
  return plain.append(line);
}

WordingLine parse_line(std::string_view text) {
  const std::string plain = with_plain_links(text);
  std::string_view rest = plain;
  WordingLine line;
  const auto add = [&](std::string_view piece, bool bold) {
    if (!piece.empty()) line.push_back({std::string(piece), bold});
  };
  while (true) {
    const auto open = rest.find("**");
    const auto close = open == rest.npos ? rest.npos : rest.find("**", open + 2);
    if (close == rest.npos || close == open + 2) break;
    add(rest.substr(0, open), false);
    add(rest.substr(open + 2, close - open - 2), true);
    rest.remove_prefix(close + 2);
  }
  add(rest, false);
  return line;
}

}  // namespace

std::vector<WordingParagraph> parse_wording(std::string_view text) {
  std::vector<WordingParagraph> paragraphs;
  bool inside = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string line = trim_ascii_space(text.substr(0, end));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) {
      inside = false;
      continue;
    }
    if (!inside) paragraphs.emplace_back();
    inside = true;
    paragraphs.back().push_back(parse_line(line));
  }
  return paragraphs;
}

}  // namespace optledger::http
