#include "service/pdf/markup.hpp"

#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <glib.h>
#include <utility>

namespace optledger::pdf {
namespace {

constexpr std::size_t deepest =
    100;  // beyond it elements are siblings, so that no recursion runs out of stack
constexpr std::string_view blanks = " \t\n\r\f";

bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 10> names = {"meta",  "br",   "link", "img",  "hr",
                                                      "input", "path", "wbr",  "base", "col"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_raw(std::string_view name) { return name == "script" || name == "style" || name == "title"; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

void append_utf8(std::string& text, unsigned code) {
  const auto put = [&text](unsigned byte) { text += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6), put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | code >> 12), put(0x80U | (code >> 6 & 0x3FU)), put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18), put(0x80U | (code >> 12 & 0x3FU));
    put(0x80U | (code >> 6 & 0x3FU)), put(0x80U | (code & 0x3FU));
  }
}

// Appends what "&name;" stands for. False: it is no reference this product writes, and stands for itself.
bool append_reference(std::string& text, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known = {{{"lt", "<"},
                                                                                   {"gt", ">"},
                                                                                   {"amp", "&"},
                                                                                   {"quot", "\""},
                                                                                   {"apos", "'"},
                                                                                   {"nbsp", "\xC2\xA0"},
                                                                                   {"shy", "\xC2\xAD"}}};
  for (const auto& [reference, character] : known) {
    if (reference == name) return text += character, true;
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  unsigned code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (error != std::errc{} || end != name.data() + name.size()) return false;
  append_utf8(text, code);
  return true;
}

std::string decoded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto begin = std::min(text.find('&'), text.size());
    result += text.substr(0, begin);
    text.remove_prefix(begin);
    if (text.empty()) break;
    const auto end = text.substr(0, 12).find(';');
    if (end != std::string_view::npos && append_reference(result, text.substr(1, end - 1))) {
      text.remove_prefix(end + 1);
    } else {
      result += '&';
      text.remove_prefix(1);
    }
  }
  return result;
}

// cairo takes neither ill-formed text nor code points that are no characters.
std::string drawable(const std::string& text) {
  const std::string valid = to_valid_utf8(text);
  std::string result;
  result.reserve(valid.size());
  for (const char* at = valid.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
    const unsigned code = g_utf8_get_char(at);
    const bool none = (code & 0xFFFEU) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
    if (none) {
      result += fmt::format("[U+{:04X}]", code);
    } else {
      result.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
  }
  return result;
}

class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) { root_.name = "#root"; }

  Node read() {
    open_ = {&root_};
    while (!rest_.empty()) {
      if (rest_.starts_with("<!--")) {
        skip_past("-->");
      } else if (rest_.starts_with("<!") || rest_.starts_with("<?")) {
        skip_past(">");
      } else if (rest_.starts_with("</")) {
        close_element();
      } else if (rest_.size() > 1 && rest_[0] == '<' && lower(rest_[1]) >= 'a' && lower(rest_[1]) <= 'z') {
        open_element();
      } else {
        take_text();
      }
    }
    return std::move(root_);
  }

 private:
  std::string_view take(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    take(at == std::string_view::npos ? rest_.size() : at + end.size());
  }

  void skip_blanks() { take(std::min(rest_.find_first_not_of(blanks), rest_.size())); }

  std::string_view take_name() { return take(std::min(rest_.find_first_of(" \t\n\r\f/>="), rest_.size())); }

  void take_text() {
    const auto end = std::min(rest_.find('<', 1), rest_.size());
    add_text(decoded(take(end)));
  }

  void add_text(const std::string& text) {
    Node node;
    node.text = drawable(text);
    open_.back()->children.push_back(std::move(node));
  }

  void open_element() {
    take(1);
    Node node;
    node.name = lowered(take_name());
    const bool closed = take_attributes(node);
    const bool raw = is_raw(node.name);
    const bool leaf = closed || is_void(node.name);
    const bool shown = node.name != "script" && node.name != "style";
    auto& siblings = open_.back()->children;
    const std::string name = node.name;
    if (shown) siblings.push_back(std::move(node));
    if (leaf) return;
    if (shown && open_.size() < deepest) open_.push_back(&siblings.back());
    if (raw) take_raw(name, shown);
  }

  // True when the tag closes itself.
  bool take_attributes(Node& node) {
    bool closed = false;
    while (skip_blanks(), !rest_.empty() && rest_.front() != '>') {
      closed = rest_.front() == '/';
      if (closed || rest_.front() == '=') {
        take(1);
        continue;
      }
      const auto name = lowered(take_name());
      skip_blanks();
      const bool has_value = rest_.starts_with('=');
      if (has_value) take(1);
      node.attributes[name] = has_value ? take_value() : std::string();
    }
    take(1);
    return closed;
  }

  std::string take_value() {
    skip_blanks();
    if (rest_.starts_with('"') || rest_.starts_with('\'')) {
      const char quote = take(1).front();
      const auto value = decoded(take(std::min(rest_.find(quote), rest_.size())));
      take(1);
      return value;
    }
    return decoded(take(std::min(rest_.find_first_of(" \t\n\r\f>"), rest_.size())));
  }

  void take_raw(std::string_view name, bool shown) {
    const auto end = std::min(rest_.find("</" + std::string(name)), rest_.size());
    const auto text = take(end);
    if (shown) add_text(decoded(text));
    close_element();
  }

  void close_element() {
    take(std::min<std::size_t>(2, rest_.size()));
    const auto name = lowered(take_name());
    skip_past(">");
    const auto found =
        std::find_if(open_.rbegin(), open_.rend(), [&](const Node* node) { return node->name == name; });
    if (found != open_.rend() && *found != &root_) open_.erase(found.base() - 1, open_.end());
  }

  std::string_view rest_;
  Node root_;
  // Only the last child of each element grows, so the pointers to those before stay valid.
  std::vector<Node*> open_;
};

}  // namespace

std::string Node::attribute(std::string_view key) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

bool Node::has_class(std::string_view wanted) const {
  const std::string all = " " + attribute("class") + " ";
  return all.find(" " + std::string(wanted) + " ") != std::string::npos;
}

const Node* Node::find(std::string_view wanted) const {
  for (const auto& child : children) {
    if (child.name == wanted) return &child;
    if (const auto* found = child.find(wanted)) return found;
  }
  return nullptr;
}

std::string Node::all_text() const {
  std::string result = text;
  for (const auto& child : children) result += child.all_text();
  return result;
}

Node read_markup(std::string_view html) { return Reader(html).read(); }

}  // namespace optledger::pdf
