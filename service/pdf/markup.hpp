// Reads the markup of the product's own pages into a tree. Lenient: a company may have its own templates, and
// whatever they hold, their text must reach the paper.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::pdf {

struct Node {
  std::string name;  // lower case; empty: `text`
  std::map<std::string, std::string, std::less<>> attributes;
  std::vector<Node> children;
  std::string text;

  bool is_text() const { return name.empty(); }
  std::string attribute(std::string_view key) const;  // empty when there is none
  bool has_class(std::string_view wanted) const;
  const Node* find(std::string_view wanted) const;  // the first element of this name, in reading order
  std::string all_text() const;
};

// The root has no name of its own ("#root"). Scripts, styles and comments are left out.
Node read_markup(std::string_view html);

}  // namespace optledger::pdf
