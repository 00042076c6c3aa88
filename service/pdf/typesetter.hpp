// Turns the markup of a page into sheets of paper: what templates/pages/parts/proof-style.mustache says to a
// browser, said once more for A4.
#pragma once

#include "service/pdf/markup.hpp"
#include "service/pdf/paper.hpp"

#include <string>
#include <vector>

namespace optledger::pdf {

// For the reader's list of contents.
struct Heading {
  int level = 1;
  std::string text;
  std::size_t page = 1;
  double y = 0;
};

class Typesetter {
 public:
  // Refers to both, which must outlive it.
  Typesetter(const Typography& typography, Paper& paper) : typography_(typography), paper_(paper) {}

  void set(const Node& body);

  const std::vector<Heading>& headings() const { return headings_; }
  const std::string& figure_text() const { return figure_text_; }  // what the QR code is, in words

 private:
  void set_children(const Node& node, const Style& style);
  void set_block(const Node& node, const Style& style);
  void set_heading(const Node& node, int level);
  void set_texts(const Node& node, const Style& style, const std::string& tag);
  void set_preformatted(const Node& node, const Style& style);
  void set_facts(const Node& node);
  void set_fact(const Node& row, Column label, Column value);
  void set_list(const Node& node, const Style& style);
  void set_item(const Node& node, const Style& style, int number);
  void set_framed(const Node& node, const Style& style);
  void set_figure(const Node& node, const Style& style);
  void set_picture(const Node& svg, double side);
  void set_event_number(const Node& node);
  void set_inside(const std::string& tag, const Node& node, const Style& style);

  std::vector<Paragraph> paragraphs_of(const Node& node, const Style& style, double width) const;
  void draw_rule(double thickness, double grey);

  const Typography& typography_;
  Paper& paper_;
  Column column_ = Paper::whole;
  bool framed_ = false;
  std::vector<Heading> headings_;
  std::string figure_text_;
};

}  // namespace optledger::pdf
