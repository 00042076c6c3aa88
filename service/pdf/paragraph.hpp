// Text set in lines of one width, by Pango: fonts, scripts and directions are its business.
#pragma once

#include <pango/pangocairo.h>

#include <cairo.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::pdf {

struct Style {
  double size = 9.5;  // points
  bool bold = false;
  bool mono = false;
  bool grey = false;
  bool verbatim = false;       // blanks and line ends are kept
  bool anywhere = false;       // lines may end within a word
  bool left_to_right = false;  // whatever the script
  std::string language;        // of the text; empty: the document's
  double leading = 1.35;       // line height, in sizes
};

// A piece of a paragraph in a style of its own.
struct Run {
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  Style style;
};

struct Text {
  std::string text;
  Style style;
  std::vector<Run> runs;
};

struct Line {
  PangoLayoutLine* line = nullptr;  // of the paragraph's layout
  double x = 0;                     // from the paragraph's left edge
  double baseline = 0;              // from the line's top
  double height = 0;
  std::size_t begin = 0;  // its first byte in the paragraph's text
  double blank_at = -1;   // where the blank belongs at which the line was ended; negative: at none
};

class Paragraph {
 public:
  double height() const;
  const std::vector<Line>& lines() const { return lines_; }
  bool grey() const { return grey_; }

 private:
  friend class Typography;
  std::shared_ptr<PangoLayout> layout_;
  std::shared_ptr<PangoLayout> blank_;
  std::vector<Line> lines_;
  bool grey_ = false;

 public:
  // Keeps the lines' layout alive.
  const std::shared_ptr<PangoLayout>& layout() const { return layout_; }
  const std::shared_ptr<PangoLayout>& blank() const { return blank_; }
};

// Fonts and measures of one document. A font map of its own for each: nothing is shared between threads or
// kept between documents.
class Typography {
 public:
  explicit Typography(const std::string& language);  // throws std::runtime_error: no font is installed

  // One paragraph, or several without a seam when the text is longer than what Pango can measure.
  std::vector<Paragraph> set(const Text& text, double width) const;
  Paragraph set_short(const Text& text, double width) const;  // of a few thousand bytes

 private:
  template <typename Object>
  struct Unref {
    void operator()(Object* object) const;
  };
  std::unique_ptr<PangoFontMap, Unref<PangoFontMap>> fonts_;
  std::unique_ptr<PangoContext, Unref<PangoContext>> context_;
  std::shared_ptr<PangoLayout> blank_;
};

}  // namespace optledger::pdf
