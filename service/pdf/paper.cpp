#include "service/pdf/paper.hpp"

#include <algorithm>

namespace optledger::pdf {
namespace {

constexpr double ink_of_notes = 0.25;

void set_ink(cairo_t* cr, double grey) { cairo_set_source_rgb(cr, grey, grey, grey); }

}  // namespace

double Paper::next_y() {
  if (!fresh_) y_ += space_;
  space_ = 0;
  fresh_ = false;
  return y_;
}

void Paper::keep_together(double points) {
  const double page_height = bottom - top;
  if (at_top_ || points > page_height) return;
  if (y_ + space_ + points > bottom) new_page();
}

void Paper::new_page() {
  for (const auto& frame : frames_) draw_frame(frame, y_ + frame.padding);
  pages_.emplace_back();
  y_ = top;
  space_ = 0;
  at_top_ = fresh_ = true;
  for (auto& frame : frames_) {
    frame.from = y_;
    y_ += frame.padding;
  }
}

void Paper::take(double points, const std::function<Drawing(double y)>& drawing) {
  keep_together(points);
  const double from = next_y();
  draw(drawing(from));
  y_ += points;
  at_top_ = false;
}

std::size_t Paper::lines_that_fit(const Paragraph& paragraph, std::size_t first) const {
  double free = room() - (fresh_ ? 0 : space_);
  for (const auto& frame : frames_) free -= frame.padding;
  std::size_t count = 0;
  for (std::size_t i = first; i < paragraph.lines().size(); ++i, ++count) {
    free -= paragraph.lines()[i].height;
    if (free < -0.01) break;
  }
  return count;
}

void Paper::set(const Paragraph& paragraph, Column column) {
  const auto& lines = paragraph.lines();
  for (std::size_t first = 0; first < lines.size();) {
    const std::size_t left = lines.size() - first;
    std::size_t count = lines_that_fit(paragraph, first);
    if (count < left) {
      if (left - count == 1 && count > 2) --count;
      if (count < 2) count = 0;
    }
    if (count == 0 && at_top_) count = 1;  // taller than a page
    if (count == 0) {
      new_page();
      continue;
    }
    next_y();
    for (std::size_t i = 0; i < count; ++i) set_line(paragraph, lines[first + i], column.left);
    first += count;
    if (first < lines.size()) new_page();
  }
}

void Paper::set_line(const Paragraph& paragraph, const Line& line, double left) {
  const double x = left + line.x;
  const double baseline = y_ + line.baseline;
  const double ink = paragraph.grey() ? ink_of_notes : 0.0;
  const auto blank = line.blank_at < 0 ? nullptr : paragraph.blank();
  draw([layout = paragraph.layout(), at = line.line, x, baseline, ink, blank,
        blank_at = left + line.blank_at](cairo_t* cr) {
    set_ink(cr, ink);
    cairo_move_to(cr, x, baseline);
    pango_cairo_show_layout_line(cr, at);
    if (!blank) return;
    cairo_move_to(cr, blank_at, baseline);
    pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(blank.get(), 0));
  });
  y_ += line.height;
  at_top_ = false;
}

void Paper::begin_tag(const std::string& name) {
  draw([name](cairo_t* cr) { cairo_tag_begin(cr, name.c_str(), nullptr); });
}

void Paper::end_tag(const std::string& name) {
  draw([name](cairo_t* cr) { cairo_tag_end(cr, name.c_str()); });
}

void Paper::open_frame(Column column, double padding, double thickness, double grey) {
  frames_.push_back({column, padding, thickness, grey, next_y()});
  y_ += padding;
  fresh_ = true;
}

void Paper::close_frame() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  y_ += frame.padding;
  space_ = 0;
  draw_frame(frame, y_);
}

void Paper::draw_frame(const Frame& frame, double to) {
  draw([frame, to](cairo_t* cr) {
    set_ink(cr, frame.grey);
    cairo_set_line_width(cr, frame.thickness);
    cairo_rectangle(cr, frame.column.left, frame.from, frame.column.width, to - frame.from);
    cairo_stroke(cr);
  });
}

}  // namespace optledger::pdf
