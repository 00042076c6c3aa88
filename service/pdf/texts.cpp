#include "service/pdf/texts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace optledger::pdf {
namespace {

constexpr std::string_view white_space = " \t\n\r\f";

bool is_block_name(std::string_view name) {
  constexpr std::array<std::string_view, 28> names = {
      "html", "body", "main", "header", "footer", "section", "article",    "div",    "p",  "h1",
      "h2",   "h3",   "h4",   "h5",     "h6",     "dl",      "dt",         "dd",     "ol", "ul",
      "li",   "svg",  "pre",  "table",  "tr",     "figure",  "blockquote", "address"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Gathering {
 public:
  explicit Gathering(std::vector<Text>& texts) : texts_(texts) {}

  void gather(const Node& node, const Style& style) {
    for (const auto& child : node.children) {
      if (child.is_text()) {
        add(child.text, style);
      } else if (child.name == "br") {
        finish();
      } else if (is_block(child)) {
        finish();
        gather(child, style_within(child, style));
        finish();
      } else {
        gather(child, style_within(child, style));
      }
    }
  }

  void finish() {
    if (!current_.style.verbatim) {
      current_.text.erase(current_.text.find_last_not_of(white_space) + 1);
      for (auto& run : current_.runs) run.end = std::min(run.end, current_.text.size());
    }
    if (!current_.text.empty()) texts_.push_back(std::move(current_));
    current_ = {};
    started_ = false;
  }

 private:
  void add(const std::string& text, const Style& style) {
    if (!started_) current_.style = style;
    started_ = started_ || text.find_first_not_of(white_space) != std::string::npos || style.verbatim;
    const auto begin = current_.text.size();
    append(text, style);
    if (current_.text.size() > begin) current_.runs.push_back({begin, current_.text.size(), style});
  }

  void append(const std::string& text, const Style& style) {
    if (style.verbatim) {
      current_.text += text;
      return;
    }
    for (const char c : text) {
      const bool blank = white_space.find(c) != std::string_view::npos;
      if (!blank) {
        current_.text += c;
      } else if (!current_.text.empty() && current_.text.back() != ' ') {
        current_.text += ' ';
      }
    }
  }

  std::vector<Text>& texts_;
  Text current_;
  bool started_ = false;
};

Style small_and_grey(Style style) {
  style.size = 8;
  style.bold = false;
  style.grey = true;
  return style;
}

}  // namespace

bool is_block(const Node& node) {
  return is_block_name(node.name) || node.has_class("note") || node.has_class("local") ||
         node.has_class("line");
}

Style style_within(const Node& node, const Style& around) {
  Style style = around;
  if (node.has_class("note") || node.has_class("local") || node.has_class("hash"))
    style = small_and_grey(style);
  if (node.has_class("controller") || node.has_class("lead")) style.grey = true;
  if (node.has_class("sentence")) style.size = 11.5;
  if (node.has_class("when") || node.has_class("address") || node.name == "strong" || node.name == "b")
    style.bold = true;
  if (node.name == "code" || node.has_class("source") || node.name == "pre") {
    style.mono = true;
    style.size = 7.6;
    style.left_to_right = true;
    style.anywhere = true;
  }
  if (node.has_class("verbatim") || node.has_class("source") || node.name == "pre") style.verbatim = true;
  if (node.attribute("dir") == "ltr") style.left_to_right = true;
  if (const auto language = node.attribute("lang"); !language.empty()) style.language = language;
  return style;
}

std::vector<Text> texts_of(const Node& node, const Style& style) {
  std::vector<Text> texts;
  Gathering gathering(texts);
  gathering.gather(node, style);
  gathering.finish();
  return texts;
}

}  // namespace optledger::pdf
