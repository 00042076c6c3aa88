#include "lib/letters/letter_template.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace optledger {
namespace {

[[noreturn]] void refuse_template(const std::string& what) {
  throw std::invalid_argument("letter template: " + what);
}

constexpr std::array<std::string_view, 15> known_names = {".",
                                                          "access_url",
                                                          "controller_lines",
                                                          "controller_name",
                                                          "confirm_url",
                                                          "expires_day",
                                                          "expires_month",
                                                          "expires_month_name",
                                                          "expires_time",
                                                          "expires_year",
                                                          "has_controller_lines",
                                                          "imprint_url",
                                                          "language",
                                                          "list_title",
                                                          "privacy_url"};

std::string joined(const auto& names) {
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

void check_tag(std::string_view part, std::string_view content) {
  if (content.starts_with("!")) return;
  const bool is_section = content.starts_with("#") || content.starts_with("^") || content.starts_with("/");
  const std::string name = trim_ascii_space(is_section ? content.substr(1) : content);
  if (std::find(known_names.begin(), known_names.end(), name) == known_names.end()) {
    refuse_template("part \"" + std::string(part) + "\" uses {{" + std::string(content) +
                    "}}; the values of a letter are " + joined(known_names));
  }
}

void check_tags(std::string_view part, std::string_view body) {
  for (auto open = body.find("{{"); open != std::string_view::npos; open = body.find("{{", open)) {
    const auto close = body.find("}}", open);
    if (close == std::string_view::npos)
      refuse_template("part \"" + std::string(part) + "\" has a {{ without }}");
    check_tag(part, body.substr(open + 2, close - open - 2));
    open = close + 2;
  }
}

// Which part a marker line opens, or null when the line is none.
std::string* part_of(LetterTemplate& letter, std::string_view line) {
  if (line == "--- subject ---") return &letter.subject;
  if (line == "--- text ---") return &letter.text;
  if (line == "--- html ---") return &letter.html;
  return nullptr;
}

void read_months(LetterTemplate& letter, const std::string& value) {
  std::istringstream words(value);
  std::size_t count = 0;
  for (std::string word; words >> word; ++count) {
    if (count < letter.months.size()) letter.months[count] = word;
  }
  if (count != letter.months.size()) refuse_template("\"months:\" needs twelve names, January first");
}

void read_setting(LetterTemplate& letter, std::string_view line) {
  if (line.empty() || line.starts_with("#")) return;
  const auto colon = std::min(line.find(':'), line.size());
  const std::string_view key = line.substr(0, colon);
  const std::string value = trim_ascii_space(line.substr(std::min(colon + 1, line.size())));
  if (key == "language") {
    letter.language = value;
  } else if (key == "months") {
    read_months(letter, value);
  } else {
    refuse_template("\"" + std::string(line) +
                    "\" before the first part is neither language:, months: nor a # comment");
  }
}

void check(LetterTemplate& letter) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  if (letter.language.empty() || letter.language.size() > 35 ||
      letter.language.find_first_not_of(letters) != std::string::npos) {
    refuse_template("\"language:\" must be a language tag such as de or en");
  }
  if (letter.months[0].empty()) refuse_template("\"months:\" is missing");
  letter.subject = trim_ascii_space(letter.subject);
  letter.text = trim_ascii_space(letter.text) + "\n";
  letter.html = trim_ascii_space(letter.html) + "\n";
  if (letter.subject.empty()) refuse_template("part \"subject\" is missing or empty");
  if (letter.subject.find('\n') != std::string::npos) refuse_template("part \"subject\" must be one line");
  if (letter.text == "\n") refuse_template("part \"text\" is missing or empty");
  if (letter.html == "\n") refuse_template("part \"html\" is missing or empty");
  check_tags("subject", letter.subject);
  check_tags("text", letter.text);
  check_tags("html", letter.html);
}

}  // namespace

LetterTemplate parse_letter_template(std::string_view template_text) {
  if (!is_utf8(template_text)) refuse_template("the file is not UTF-8");
  LetterTemplate letter;
  std::string* part = nullptr;
  while (!template_text.empty()) {
    const auto end = std::min(template_text.find('\n'), template_text.size());
    std::string_view line = template_text.substr(0, end);
    template_text.remove_prefix(std::min(end + 1, template_text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);  // a template saved on Windows
    if (std::string* const opened = part_of(letter, line)) {
      if (!opened->empty()) refuse_template("\"" + std::string(line) + "\" stands there twice");
      part = opened;
    } else if (part != nullptr) {
      part->append(line).append("\n");
    } else {
      read_setting(letter, line);
    }
  }
  check(letter);
  return letter;
}

}  // namespace optledger
