#include "service/pdf/pdf.hpp"

#include "service/pdf/file_parts.hpp"
#include "service/pdf/typesetter.hpp"

#include <fmt/format.h>

#include <cairo-pdf.h>
#include <memory>
#include <stdexcept>

namespace optledger::pdf {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

cairo_status_t append(void* closure, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    throw std::runtime_error(fmt::format("the PDF cannot be drawn: {}", cairo_status_to_string(status)));
  }
}

void describe(cairo_surface_t* surface, const Document& document, const std::string& title) {
  const auto at = to_rfc3339(document.made_at);
  const auto set = [surface](cairo_pdf_metadata_t which, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface, which, text.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, title);
  set(CAIRO_PDF_METADATA_AUTHOR, document.author);
  set(CAIRO_PDF_METADATA_CREATOR, "optledger");
  set(CAIRO_PDF_METADATA_CREATE_DATE, at.substr(0, 19) + "Z");
  set(CAIRO_PDF_METADATA_MOD_DATE, at.substr(0, 19) + "Z");
}

void add_outline(cairo_surface_t* surface, const std::vector<Heading>& headings) {
  for (const auto& heading : headings) {
    if (heading.level != 2) continue;
    const auto place =
        fmt::format("page={} pos=[{:.1f} {:.1f}]", heading.page, Paper::whole.left, heading.y - 6);
    cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, heading.text.c_str(), place.c_str(),
                                  CAIRO_PDF_OUTLINE_FLAG_OPEN);
  }
}

// Outside of every structure element that holds text, so that no reading aloud is interrupted by it.
void draw_footer(cairo_t* cr, const Typography& typography, const std::string& left,
                 const std::string& right) {
  Style style;
  style.size = 7.5;
  style.grey = true;
  Style mono = style;
  mono.mono = true;
  const double baseline = Paper::height - 36;
  const auto draw = [&](const Paragraph& paragraph, double x) {
    cairo_set_source_rgb(cr, 0.25, 0.25, 0.25);
    cairo_move_to(cr, x, baseline);
    pango_cairo_show_layout_line(cr, paragraph.lines().front().line);
  };
  draw(typography.set_short({left, mono, {}}, 300), Paper::whole.left);
  const auto number = typography.set_short({right, style, {}}, 100);
  PangoRectangle ink;
  pango_layout_line_get_pixel_extents(number.lines().front().line, nullptr, &ink);
  draw(number, Paper::whole.left + Paper::whole.width - ink.width);
}

std::string draw(const Paper& paper, const Typography& typography, const Document& document,
                 const std::string& title, const std::vector<Heading>& headings) {
  std::string bytes;
  Surface surface(cairo_pdf_surface_create_for_stream(&append, &bytes, Paper::width, Paper::height),
                  &cairo_surface_destroy);
  // Later versions may pack the objects, which with_additions() does not read.
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_4);
  describe(surface.get(), document, title);
  const Context cr(cairo_create(surface.get()), &cairo_destroy);
  const auto count = paper.pages().size();
  for (std::size_t i = 0; i < count; ++i) {
    for (const auto& drawing : paper.pages()[i]) drawing(cr.get());
    draw_footer(cr.get(), typography, document.footer, fmt::format("{} / {}", i + 1, count));
    cairo_show_page(cr.get());
  }
  add_outline(surface.get(), headings);
  check(cairo_status(cr.get()));
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()));
  return bytes;
}

}  // namespace

std::string to_pdf(const Document& document) {
  const auto tree = read_markup(document.html);
  const auto* html = tree.find("html");
  const auto* title = tree.find("title");
  const auto* body = tree.find("body");
  if (html == nullptr || title == nullptr || body == nullptr) {
    throw std::runtime_error("the page has no html, title or body");
  }
  const auto language = html->attribute("lang");
  const Typography typography(language);
  Paper paper;
  Typesetter typesetter(typography, paper);
  typesetter.set(*body);
  const auto drawn = draw(paper, typography, document, title->all_text(), typesetter.headings());
  return with_additions(drawn, {language, typesetter.figure_text(), document.attachment, document.made_at});
}

}  // namespace optledger::pdf
