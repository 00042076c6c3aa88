#include "service/pdf/paragraph.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace optledger::pdf {
namespace {

// The first family is metric-compatible to what the page on the screen asks for; those behind it bring other
// scripts. What none of them has, fontconfig looks for in all fonts there are.
constexpr const char* text_families = "Liberation Sans,DejaVu Sans,FreeSans,WenQuanYi Micro Hei,Symbola";
constexpr const char* mono_families = "Liberation Mono,DejaVu Sans Mono,FreeMono,WenQuanYi Micro Hei,Symbola";

double in_points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

using Description = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

Description describe(const Style& style) {
  Description description(pango_font_description_new(), &pango_font_description_free);
  pango_font_description_set_family_static(description.get(), style.mono ? mono_families : text_families);
  pango_font_description_set_weight(description.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description.get(), style.size * PANGO_SCALE);
  return description;
}

// Pango's units are 32 bits wide, and so is what it measures before it breaks lines.
constexpr std::size_t longest_measured = 2000;  // bytes

std::size_t whole_characters(std::string_view text, std::size_t end) {
  if (end >= text.size()) return text.size();
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return end;
}

Text part_of(const Text& text, std::size_t begin, std::size_t end) {
  if (begin == 0 && end == text.text.size()) return text;
  Text part{text.text.substr(begin, end - begin), text.style, {}};
  for (const auto& run : text.runs) {
    if (run.end <= begin || run.begin >= end) continue;
    part.runs.push_back({std::max(run.begin, begin) - begin, std::min(run.end, end) - begin, run.style});
  }
  return part;
}

void insert(PangoAttrList* list, PangoAttribute* attribute, std::size_t begin, std::size_t end) {
  attribute->start_index = static_cast<guint>(begin);
  attribute->end_index = static_cast<guint>(end);
  pango_attr_list_insert(list, attribute);
}

void set_attributes(PangoLayout* layout, const Text& text) {
  const std::unique_ptr<PangoAttrList, decltype(&pango_attr_list_unref)> list(pango_attr_list_new(),
                                                                              &pango_attr_list_unref);
  // Within an address or a hash a hyphen would be one more character.
  insert(list.get(), pango_attr_insert_hyphens_new(FALSE), 0, text.text.size());
  if (!text.style.language.empty()) {
    auto* language = pango_language_from_string(text.style.language.c_str());
    insert(list.get(), pango_attr_language_new(language), 0, text.text.size());
  }
  for (const auto& run : text.runs) {
    insert(list.get(), pango_attr_font_desc_new(describe(run.style).get()), run.begin, run.end);
  }
  pango_layout_set_attributes(layout, list.get());
}

// Pango draws no blank there, and whoever copies or hears the text would have two words in one.
bool ends_at_blank(const PangoLayoutLine& line, std::string_view text) {
  const auto end = static_cast<std::size_t>(line.start_index + line.length);
  return line.length > 0 && end < text.size() && text[end - 1] == ' ';
}

// The layout's own line heights follow the fonts, and a fallback font is often taller: lines keep the
// paragraph's rhythm unless something in them would not fit.
Line measure(PangoLayoutIter* iter, const Text& text) {
  const auto& style = text.style;
  PangoRectangle ink;
  PangoRectangle logical;
  pango_layout_iter_get_line_extents(iter, &ink, &logical);
  const double baseline = in_points(pango_layout_iter_get_baseline(iter));
  const double above = std::max(baseline - in_points(ink.y), 0.0);
  const double below = std::max(in_points(ink.y + ink.height) - baseline, 0.0);
  const double wanted = style.size * style.leading;
  const double ascent = std::max(style.size * 0.8 + (wanted - style.size) / 2, ink.height > 0 ? above : 0);
  const double descent = std::max(wanted - ascent, ink.height > 0 ? below : 0);
  auto* line = pango_layout_iter_get_line_readonly(iter);
  const double x = in_points(logical.x);
  const double blank_at = ends_at_blank(*line, text.text) ? x + in_points(logical.width) : -1;
  return {line, x, ascent, ascent + descent, static_cast<std::size_t>(line->start_index), blank_at};
}

}  // namespace

template <typename Object>
void Typography::Unref<Object>::operator()(Object* object) const {
  g_object_unref(object);
}

double Paragraph::height() const {
  double sum = 0;
  for (const auto& line : lines_) sum += line.height;
  return sum;
}

Typography::Typography(const std::string& language) : fonts_(pango_cairo_font_map_new()) {
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), 72);  // a point is a unit
  context_.reset(pango_font_map_create_context(fonts_.get()));
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
      cairo_font_options_create(), &cairo_font_options_destroy);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options.get());
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  pango_context_set_language(context_.get(), pango_language_from_string(language.c_str()));
  using Font = std::unique_ptr<PangoFont, Unref<PangoFont>>;
  const Font font(pango_context_load_font(context_.get(), describe({}).get()));
  blank_.reset(pango_layout_new(context_.get()), &g_object_unref);
  pango_layout_set_font_description(blank_.get(), describe({}).get());
  pango_layout_set_text(blank_.get(), " ", 1);
  if (!font) throw std::runtime_error("no font is installed; install fonts-liberation");
}

std::vector<Paragraph> Typography::set(const Text& text, double width) const {
  std::vector<Paragraph> paragraphs;
  for (std::size_t begin = 0;;) {
    const auto end = whole_characters(text.text, begin + longest_measured);
    auto paragraph = set_short(part_of(text, begin, end), width);
    auto& lines = paragraph.lines_;
    if (end == text.text.size() || lines.size() < 2) {
      paragraphs.push_back(std::move(paragraph));
      if (end == text.text.size()) return paragraphs;
      begin = end;
      continue;
    }
    // What is cut off here may belong to the last line, which is set again with what follows.
    begin += lines.back().begin;
    lines.pop_back();
    paragraphs.push_back(std::move(paragraph));
  }
}

Paragraph Typography::set_short(const Text& text, double width) const {
  Paragraph paragraph;
  paragraph.grey_ = text.style.grey;
  paragraph.blank_ = blank_;
  paragraph.layout_.reset(pango_layout_new(context_.get()), &g_object_unref);
  auto* layout = paragraph.layout_.get();
  pango_layout_set_font_description(layout, describe(text.style).get());
  pango_layout_set_width(layout, static_cast<int>(std::lround(width * PANGO_SCALE)));
  pango_layout_set_wrap(layout, text.style.anywhere ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  if (text.style.left_to_right) pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_text(layout, text.text.data(), static_cast<int>(text.text.size()));
  set_attributes(layout, text);
  const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> iter(
      pango_layout_get_iter(layout), &pango_layout_iter_free);
  do {
    paragraph.lines_.push_back(measure(iter.get(), text));
  } while (pango_layout_iter_next_line(iter.get()));
  return paragraph;
}

}  // namespace optledger::pdf
