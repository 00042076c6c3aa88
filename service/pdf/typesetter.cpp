#include "service/pdf/typesetter.hpp"

#include "service/pdf/texts.hpp"

#include <algorithm>
#include <charconv>

namespace optledger::pdf {
namespace {

constexpr double indent = 20;           // of an event beside its number
constexpr double beneath_heading = 64;  // what a heading must have beneath it on its page
constexpr double short_text = 200;      // what is lower than this does not break over pages
constexpr double label_share = 0.3;
constexpr double picture_side = 118;  // 42 mm: a module of a QR code of 300 bytes is 0.6 mm wide

double height_of(const std::vector<Paragraph>& paragraphs) {
  double sum = 0;
  for (const auto& paragraph : paragraphs) sum += paragraph.height();
  return sum;
}

std::vector<std::string> lines_in(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The rectangles of a path as qr_code() writes it: "M4 4h7v1h-7z…".
struct Bar {
  int x;
  int y;
  int length;
};

class PathReader {
 public:
  explicit PathReader(std::string_view path) : rest_(path) {}

  bool next(Bar& bar) {
    int back = 0;
    int down = 0;
    return take('M') && number(bar.x) && take(' ') && number(bar.y) && take('h') && number(bar.length) &&
           take('v') && number(down) && take('h') && number(back) && take('z');
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool number(int& value) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return error == std::errc{};
  }

  std::string_view rest_;
};

int modules_of(const Node& svg) {
  const auto box = svg.attribute("viewbox");  // "0 0 57 57"
  int modules = 0;
  const auto last = box.rfind(' ');
  if (last == std::string::npos) return 0;
  std::from_chars(box.data() + last + 1, box.data() + box.size(), modules);
  return modules;
}

std::vector<Bar> bars_of(const Node& svg) {
  std::vector<Bar> bars;
  if (const auto* path = svg.find("path")) {
    const auto data = path->attribute("d");
    PathReader reader(data);
    for (Bar bar{}; reader.next(bar);) bars.push_back(bar);
  }
  return bars;
}

}  // namespace

void Typesetter::set(const Node& body) {
  paper_.begin_tag("Document");
  set_children(body, {});
  paper_.end_tag("Document");
}

// Text that stands between blocks is a paragraph as well.
void Typesetter::set_children(const Node& node, const Style& style) {
  Node loose{"p", {}, {}, {}};
  const auto flush = [&] {
    if (!loose.children.empty()) set_texts(loose, style, "P");
    loose.children.clear();
  };
  for (const auto& child : node.children) {
    if (child.is_text() || !is_block(child)) {
      loose.children.push_back(child);
      continue;
    }
    flush();
    set_block(child, style_within(child, style));
  }
  flush();
}

void Typesetter::set_block(const Node& node, const Style& style) {
  const auto& name = node.name;
  if (name == "h1" || name == "h2" || name == "h3") return set_heading(node, name[1] - '0');
  if (name == "dl") return set_facts(node);
  if (name == "ol" || name == "ul") return set_list(node, style);
  if (name == "svg") return set_picture(node, picture_side);
  if (node.has_class("checkpoint")) return set_figure(node, style);
  if (node.has_class("conclusion")) return set_framed(node, style);
  if (style.verbatim) return set_preformatted(node, style);
  if (node.has_class("event-number")) return set_event_number(node);
  if (node.has_class("annex")) paper_.new_page();
  if (name == "section" || name == "article")
    return set_inside(name == "section" ? "Sect" : "Art", node, style);
  if (name == "p" || name == "span" || name == "bdi") {
    paper_.space(node.has_class("hash") ? 2 : 6);
    return set_texts(node, style, "P");
  }
  set_children(node, style);
}

void Typesetter::set_inside(const std::string& tag, const Node& node, const Style& style) {
  if (tag == "Art") paper_.space(14);
  const auto& parts = node.children;
  const bool figure =
      std::any_of(parts.begin(), parts.end(), [](const Node& part) { return part.has_class("checkpoint"); });
  if (figure) paper_.keep_together(picture_side + 40);
  paper_.begin_tag(tag);
  set_children(node, style);
  paper_.end_tag(tag);
}

void Typesetter::set_heading(const Node& node, int level) {
  Style style;
  style.size = level == 1 ? 19 : level == 2 ? 13 : 10.5;
  style.bold = true;
  style.leading = 1.25;
  paper_.space(level == 2 ? 24 : level == 3 ? 8 : 0);
  const auto paragraphs = paragraphs_of(node, style, column_.width);
  paper_.keep_together(height_of(paragraphs) + beneath_heading);
  const std::string tag = "H" + std::to_string(level);
  const double y = paper_.next_y();
  headings_.push_back({level, node.all_text(), paper_.page(), y});
  paper_.begin_tag(tag);
  for (const auto& paragraph : paragraphs) paper_.set(paragraph, column_);
  paper_.end_tag(tag);
  if (level == 2 && !framed_) {
    paper_.go_to(paper_.y() + 2);
    draw_rule(1, 0);
    paper_.space(7);
  }
}

void Typesetter::draw_rule(double thickness, double grey) {
  paper_.draw([column = column_, y = paper_.y(), thickness, grey](cairo_t* cr) {
    cairo_set_source_rgb(cr, grey, grey, grey);
    cairo_set_line_width(cr, thickness);
    cairo_move_to(cr, column.left, y);
    cairo_line_to(cr, column.left + column.width, y);
    cairo_stroke(cr);
  });
}

void Typesetter::set_texts(const Node& node, const Style& style, const std::string& tag) {
  const auto paragraphs = paragraphs_of(node, style, column_.width);
  if (paragraphs.empty()) return;
  for (const auto& paragraph : paragraphs) {
    paper_.begin_tag(tag);
    paper_.set(paragraph, column_);
    paper_.end_tag(tag);
  }
}

// Line by line, so that a text of any length is many short layouts and not one that takes for ever.
void Typesetter::set_preformatted(const Node& node, const Style& style) {
  const double padding = 7;
  const Column inner{column_.left + padding, column_.width - 2 * padding};
  std::vector<Paragraph> lines;
  for (const auto& text : texts_of(node, style)) {
    for (const auto& line : lines_in(text.text)) {
      for (auto& part : typography_.set({line, text.style, {}}, inner.width))
        lines.push_back(std::move(part));
    }
  }
  const double height = height_of(lines) + 2 * padding;
  paper_.space(6);
  paper_.keep_together(height < short_text ? height : 2 * padding + 3 * style.size * style.leading);
  paper_.open_frame(column_, padding, 0.6, 0.65);
  paper_.begin_tag("P");
  for (const auto& line : lines) paper_.set(line, inner);
  paper_.end_tag("P");
  paper_.close_frame();
}

void Typesetter::set_facts(const Node& node) {
  const double gap = 12;
  const Column label{column_.left, column_.width * label_share};
  const Column value{label.left + label.width + gap, column_.width - label.width - gap};
  const bool any = std::any_of(node.children.begin(), node.children.end(),
                               [](const Node& row) { return row.name == "div"; });
  if (!any) return;
  paper_.space(6);
  paper_.begin_tag("L");
  for (const auto& row : node.children) {
    if (row.name == "div") set_fact(row, label, value);
  }
  paper_.end_tag("L");
  draw_rule(0.5, 0.8);
  paper_.space(6);
}

void Typesetter::set_fact(const Node& row, Column label, Column value) {
  const double padding = 3;
  Style grey;
  grey.grey = true;
  grey.size = 9;
  const auto* term = row.find("dt");
  const auto* said = row.find("dd");
  if (term == nullptr || said == nullptr) return set_children(row, {});
  const auto labels = paragraphs_of(*term, grey, label.width);
  const auto values = paragraphs_of(*said, {}, value.width);
  paper_.keep_together(std::max(height_of(labels), height_of(values)) + 2 * padding);
  const double from = paper_.next_y();
  draw_rule(0.5, 0.8);
  paper_.begin_tag("LI");
  paper_.go_to(from + padding);
  paper_.begin_tag("Lbl");
  for (const auto& paragraph : labels) paper_.set(paragraph, label);
  paper_.end_tag("Lbl");
  const double label_end = paper_.y();
  const auto page = paper_.page();
  paper_.go_to(from + padding);
  paper_.begin_tag("LBody");
  for (const auto& paragraph : values) {
    paper_.begin_tag("P");
    paper_.set(paragraph, value);
    paper_.end_tag("P");
  }
  paper_.end_tag("LBody");
  paper_.end_tag("LI");
  if (paper_.page() == page) paper_.go_to(std::max(paper_.y(), label_end));
  paper_.go_to(paper_.y() + padding);
}

void Typesetter::set_list(const Node& node, const Style& style) {
  paper_.begin_tag("L");
  const bool numbered = node.has_class("steps");
  int number = 0;
  for (const auto& item : node.children) {
    if (item.name == "li") set_item(item, style, numbered ? ++number : 0);
  }
  paper_.end_tag("L");
}

// An event brings its own number; a step is given one.
void Typesetter::set_item(const Node& node, const Style& style, int number) {
  paper_.space(number == 0 ? 14 : 5);
  paper_.begin_tag("LI");
  const Column outer = column_;
  if (number != 0) {
    const auto label = typography_.set_short({std::to_string(number) + ".", style, {}}, indent);
    paper_.keep_together(2 * label.height());
    const double from = paper_.next_y();
    paper_.begin_tag("Lbl");
    paper_.set(label, {column_.left, indent});
    paper_.end_tag("Lbl");
    paper_.go_to(from);
  }
  column_ = {outer.left + indent, outer.width - indent};
  paper_.begin_tag("LBody");
  set_children(node, style_within(node, style));
  paper_.end_tag("LBody");
  column_ = outer;
  paper_.end_tag("LI");
}

void Typesetter::set_event_number(const Node& node) {
  Style style;
  style.size = 8;
  style.bold = true;
  const auto text = node.all_text();
  const auto number = typography_.set_short({text, style, {}}, 60);
  paper_.keep_together(number.height() + beneath_heading + 30);
  const double from = paper_.next_y();
  const double x = column_.left - indent + 6.5;
  const double y = from + 6.8;
  paper_.draw([x, y](cairo_t* cr) {
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_set_line_width(cr, 0.9);
    cairo_new_path(cr);
    cairo_arc(cr, x, y, 6.5, 0, 6.2831853);
    cairo_stroke(cr);
  });
  paper_.go_to(from + 1.4);
  paper_.begin_tag("P");
  paper_.set(number, {x - 2.25 * static_cast<double>(text.size()), 60});
  paper_.end_tag("P");
  paper_.go_to(from);
  paper_.no_space();
}

void Typesetter::set_framed(const Node& node, const Style& style) {
  const double padding = 12;
  paper_.space(14);
  paper_.keep_together(120);
  const Column outer = column_;
  paper_.open_frame(outer, padding, 1.1, 0);
  column_ = {outer.left + padding, outer.width - 2 * padding};
  framed_ = true;
  set_inside("Sect", node, style);
  framed_ = false;
  column_ = outer;
  paper_.close_frame();
  paper_.space(6);
}

// The picture, and beside it what it says.
void Typesetter::set_figure(const Node& node, const Style& style) {
  const auto* svg = node.find("svg");
  if (svg == nullptr) return set_children(node, style);
  Node rest = node;
  std::erase_if(rest.children, [](const Node& child) { return child.name == "svg"; });
  paper_.space(8);
  paper_.keep_together(picture_side + 40);
  const auto page = paper_.page();
  const double from = paper_.next_y();
  set_picture(*svg, picture_side);
  const double to = paper_.y();
  const Column outer = column_;
  column_ = {outer.left + picture_side + 12, outer.width - picture_side - 12};
  paper_.go_to(from);
  set_children(rest, style);
  column_ = outer;
  if (paper_.page() == page) paper_.go_to(std::max(paper_.y(), to));
}

void Typesetter::set_picture(const Node& svg, double side) {
  const int modules = modules_of(svg);
  const auto bars = bars_of(svg);
  if (modules <= 0 || bars.empty()) return;
  figure_text_ = svg.attribute("aria-label");
  paper_.keep_together(side);
  paper_.begin_tag("Figure");
  paper_.take(side, [&](double top) {
    return [bars, left = column_.left, top, unit = side / modules](cairo_t* cr) {
      cairo_set_source_rgb(cr, 0, 0, 0);
      for (const auto& bar : bars) {
        // A hair taller than a row, so that no viewer shows a seam.
        cairo_rectangle(cr, left + bar.x * unit, top + bar.y * unit, bar.length * unit, unit * 1.02);
      }
      cairo_fill(cr);
    };
  });
  paper_.end_tag("Figure");
}

std::vector<Paragraph> Typesetter::paragraphs_of(const Node& node, const Style& style, double width) const {
  std::vector<Paragraph> paragraphs;
  for (const auto& text : texts_of(node, style)) {
    for (auto& paragraph : typography_.set(text, width)) paragraphs.push_back(std::move(paragraph));
  }
  return paragraphs;
}

}  // namespace optledger::pdf
