#include "service/pdf/file_parts.hpp"

#include "lib/base/bytes.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <glib.h>
#include <map>
#include <memory>
#include <stdexcept>

namespace optledger::pdf {
namespace {

[[noreturn]] void refuse() {
  throw std::runtime_error("cairo's PDF has a form that this version does not know");
}

// The number after the last `name` before the end; 0 when there is none.
std::size_t number_after(std::string_view text, std::string_view name) {
  const auto found = text.rfind(name);
  if (found == std::string_view::npos) return 0;
  text.remove_prefix(found + name.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A text string (PDF 32000, 7.9.2.2): UTF-16 with its mark, in hex, so that nothing has to be escaped.
std::string text_string(std::string_view text) {
  std::string hex = "<FEFF";
  const std::string valid = to_valid_utf8(text);
  glong count = 0;
  const std::unique_ptr<gunichar2, decltype(&g_free)> units(
      g_utf8_to_utf16(valid.data(), static_cast<glong>(valid.size()), nullptr, &count, nullptr), &g_free);
  for (glong i = 0; i < count; ++i) hex += fmt::format("{:04X}", units.get()[i]);
  return hex + ">";
}

// "2026-11-25T04:05:06.000Z" -> "(D:20261125040506Z)"
std::string date_string(Instant at) {
  std::string digits = to_rfc3339(at).substr(0, 19);
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  return "(D:" + digits + "Z)";
}

// "application/json" -> "/application#2Fjson"
std::string name_object(std::string_view text) {
  std::string name = "/";
  for (const char c : text) name += c == '/' ? "#2F" : std::string(1, c);
  return name;
}

class File {
 public:
  explicit File(const std::string& pdf) {
    const auto table = number_after(pdf, "\nstartxref");
    const std::string_view bytes = pdf;
    if (table >= pdf.size() || !bytes.substr(table).starts_with("xref\n0 ")) refuse();
    trailer_ = bytes.substr(table);
    root_ = number_after(trailer_, "/Root");
    info_ = number_after(trailer_, "/Info");
    read_objects(bytes.substr(0, table), trailer_);
    if (!objects_.contains(root_) || !objects_.contains(info_)) refuse();
  }

  std::size_t add(std::string body) {
    const auto number = objects_.rbegin()->first + 1;
    objects_[number] = fmt::format("{} 0 obj\n{}\nendobj\n", number, body);
    return number;
  }

  // Into the dictionary of an object, at its beginning.
  void put(std::string& object, const std::string& entries) const {
    const auto at = object.find("<<");
    if (at == std::string::npos) refuse();
    object.insert(at + 2, " " + entries + "\n  ");
  }
  void put_into_root(const std::string& entries) { put(objects_.at(root_), entries); }

  // cairo 1.16 leaves out the mark by which a date is known to be one.
  void mark_dates() {
    auto& info = objects_.at(info_);
    for (const std::string_view name : {"/CreationDate (", "/ModDate ("}) {
      const auto at = info.find(name);
      if (at != std::string::npos && info[at + name.size()] != 'D') info.insert(at + name.size(), "D:");
    }
  }

  // The structure elements of this kind.
  void put_into_elements(std::string_view kind, const std::string& entries) {
    const std::string wanted = "/S /" + std::string(kind) + "\n";
    for (auto& [number, object] : objects_) {
      if (object.find("/Type /StructElem") < 40 && object.find(wanted) < 80) put(object, entries);
    }
  }

  std::string write() const {
    // The second line tells programs that the file is binary.
    std::string out = "%PDF-1.7\n%\xB5\xED\xAE\xFB\n";
    std::string table = "0000000000 65535 f \n";
    std::size_t next = 1;
    for (const auto& [number, object] : objects_) {
      if (number != next++) refuse();
      table += fmt::format("{:010} 00000 n \n", out.size());
      out += object;
    }
    const auto start = out.size();
    return out + fmt::format(
                     "xref\n0 {}\n{}trailer\n<< /Size {}\n   /Root {} 0 R\n   /Info {} 0 "
                     "R\n>>\nstartxref\n{}\n%%EOF\n",
                     next, table, next, root_, info_, start);
  }

 private:
  // Objects stand one after the other, so each ends where the next one begins.
  void read_objects(std::string_view body, std::string_view table) {
    std::map<std::size_t, std::size_t> starts;  // number by offset
    table.remove_prefix(std::string_view("xref\n0 ").size());
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(table.data(), table.data() + table.size(), count);
    if (error != std::errc{}) refuse();
    table.remove_prefix(static_cast<std::size_t>(end - table.data()) + 1);
    constexpr std::size_t entry = 20;  // "0000000015 00000 n \n"
    if (table.size() < count * entry) refuse();
    for (std::size_t number = 1; number < count; ++number) {
      std::size_t offset = 0;
      const auto line = table.substr(number * entry, entry);
      std::from_chars(line.data(), line.data() + 10, offset);
      if (line[17] != 'n' || offset >= body.size()) refuse();
      starts[offset] = number;
    }
    for (auto here = starts.begin(); here != starts.end(); ++here) {
      const auto next = std::next(here);
      const auto object_end = next == starts.end() ? body.size() : next->first;
      objects_[here->second] = body.substr(here->first, object_end - here->first);
    }
    if (objects_.size() + 1 != count) refuse();
  }

  std::map<std::size_t, std::string> objects_;  // "7 0 obj … endobj", by number
  std::string_view trailer_;
  std::size_t root_ = 0;
  std::size_t info_ = 0;
};

// Uncompressed, so that the attached text can be found in the file by any tool.
std::size_t attach(File& file, const Additions& additions) {
  const auto& attachment = additions.attachment;
  const auto stream =
      file.add(fmt::format("<< /Type /EmbeddedFile /Subtype {} /Length {}\n   /Params << /Size {} /ModDate "
                           "{} >>\n>>\nstream\n{}\nendstream",
                           name_object(attachment.media_type), attachment.bytes.size(),
                           attachment.bytes.size(), date_string(additions.made_at), attachment.bytes));
  return file.add(
      fmt::format("<< /Type /Filespec /F {0} /UF {0} /Desc {1} /AFRelationship /Source\n   /EF << /F {2} 0 R "
                  "/UF {2} 0 R >>\n>>",
                  text_string(attachment.name), text_string(attachment.description), stream));
}

}  // namespace

std::string with_additions(const std::string& pdf, const Additions& additions) {
  File file(pdf);
  file.mark_dates();
  const auto attached = attach(file, additions);
  file.put_into_root(fmt::format(
      "/Lang {} /ViewerPreferences << /DisplayDocTitle true >> /PageMode /UseOutlines\n"
      "   /Names << /EmbeddedFiles << /Names [{} {} 0 R] >> >> /AF [{} 0 R]",
      text_string(additions.language), text_string(additions.attachment.name), attached, attached));
  if (!additions.figure_text.empty()) {
    file.put_into_elements("Figure", "/Alt " + text_string(additions.figure_text));
  }
  return file.write();
}

}  // namespace optledger::pdf
