// Sheets of A4 that fill from top to bottom. What is drawn is kept until all pages are known, because each
// says how many there are.
#pragma once

#include "service/pdf/paragraph.hpp"

#include <functional>
#include <string>
#include <vector>

namespace optledger::pdf {

struct Column {
  double left = 0;
  double width = 0;
};

class Paper {
 public:
  static constexpr double width = 595.276;
  static constexpr double height = 841.89;
  static constexpr double top = 57;
  static constexpr double bottom = height - 62;
  static constexpr Column whole = {71, width - 71 - 51};

  using Drawing = std::function<void(cairo_t*)>;

  double y() const { return y_; }
  double room() const { return bottom - y_; }
  std::size_t page() const { return pages_.size(); }  // from 1

  // The next thing begins at least this much lower, unless it begins a page. Spaces do not add up.
  void space(double points) { space_ = std::max(space_, points); }
  // The next `points` stand on one page, if a page has that many.
  void no_space() { fresh_ = true; }  // whatever the next thing asks for
  void keep_together(double points);
  void new_page();

  void draw(Drawing drawing) { pages_.back().push_back(std::move(drawing)); }
  // Moves down; the drawing begins at y() before. Uses up the space before it.
  void take(double points, const std::function<Drawing(double y)>& drawing);
  // The lines, over as many pages as they need, without a single line left alone.
  void set(const Paragraph& paragraph, Column column);
  // To set a second column beside the first.
  void go_to(double y) { y_ = y; }
  // Where the next thing will begin.
  double next_y();

  // A structure element of the tagged file (PDF 32000, 14.8.4), around what is drawn until the end.
  void begin_tag(const std::string& name);
  void end_tag(const std::string& name);

  // A border around what follows, on every page it reaches.
  void open_frame(Column column, double padding, double thickness, double grey);
  void close_frame();

  const std::vector<std::vector<Drawing>>& pages() const { return pages_; }

 private:
  struct Frame {
    Column column;
    double padding;
    double thickness;
    double grey;
    double from;
  };
  void draw_frame(const Frame& frame, double to);
  std::size_t lines_that_fit(const Paragraph& paragraph, std::size_t first) const;
  void set_line(const Paragraph& paragraph, const Line& line, double left);

  std::vector<std::vector<Drawing>> pages_ = std::vector<std::vector<Drawing>>(1);
  std::vector<Frame> frames_;
  double y_ = top;
  double space_ = 0;
  bool at_top_ = true;  // nothing is on this page yet
  bool fresh_ = true;   // a page or a frame has just begun: no space before what follows
};

}  // namespace optledger::pdf
