#include "service/http/templates.hpp"

#include "service/http/template_files.hpp"
#include "service/http/words.hpp"

#include <kainjow/mustache.hpp>

#include "embedded/templates.hpp"
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace optledger::http {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view pages_folder = "pages/";
constexpr std::string_view parts_folder = "pages/parts/";
constexpr std::string_view ending = ".mustache";
constexpr int deepest_part = 8;

struct Tag {
  char kind = 0;  // '#', '^', '/', '>', '!' or 0 for a value
  std::string name;
};

std::string line_in(const std::string& file_name, std::string_view text, std::size_t position) {
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n');
  return file_name + ":" + std::to_string(line) + ": ";
}

bool is_name(std::string_view name, std::string_view also = "") {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || also.find(c) != also.npos;
  });
}

Tag parse_tag(std::string_view inside, const std::string& where) {
  const auto trimmed = [](std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\n");
    if (begin == text.npos) return std::string_view();
    return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
  };
  inside = trimmed(inside);
  Tag tag;
  if (!inside.empty() && std::string_view("#^/>!").find(inside.front()) != std::string_view::npos) {
    tag.kind = inside.front();
    inside = trimmed(inside.substr(1));
  }
  tag.name = inside;
  if (tag.kind == '!') return tag;
  if (!is_name(inside, tag.kind == 0 || tag.kind == '>' ? "-." : "")) {
    throw TemplateError(
        where + "\"" + std::string(inside) +
        "\" is not a tag this product knows; values are always escaped, so only {{name}}, "
        "{{#name}}, {{^name}}, {{/name}}, {{> part}}, {{word.key}} and {{! comment}} are allowed");
  }
  return tag;
}

// Calls `on_text` and `on_tag` for what the text consists of, in order.
template <typename OnText, typename OnTag>
void scan(std::string_view text, const std::string& file_name, OnText on_text, OnTag on_tag) {
  std::size_t position = 0;
  while (position < text.size()) {
    const auto begin = text.find("{{", position);
    if (begin == text.npos) break;
    on_text(text.substr(position, begin - position));
    const auto end = text.find("}}", begin);
    const std::string where = line_in(file_name, text, begin);
    if (end == text.npos) throw TemplateError(where + "a tag is not closed; add }}");
    on_tag(parse_tag(text.substr(begin + 2, end - begin - 2), where), where);
    position = end + 2;
  }
  on_text(text.substr(std::min(position, text.size())));
}

// The library says "… at 123"; a person wants the line.
void check_sections(const std::string& text, const std::string& file_name) {
  const mustache::mustache compiled(text);
  if (compiled.is_valid()) return;
  const std::string& message = compiled.error_message();
  const auto at = message.rfind(" at ");
  const auto position = at == message.npos ? 0 : std::stoul(message.substr(at + 4));
  throw TemplateError(line_in(file_name, text, std::min<std::size_t>(position, text.size())) +
                      message.substr(0, at) + "; each {{#name}} and {{^name}} needs its {{/name}}");
}

// Indentation is for those who write templates: the library walks every blank one by one, so it goes at
// start.
std::string without_indentation(std::string_view text) {
  std::string result;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == ' ' || c == '\t' || c == '\n')) continue;
    result += c;
    at_line_start = c == '\n';
  }
  return result;
}

// The names of all values: those that the embedded pages and words use. An override can use no others, so a
// misspelt name is noticed at start and not by a reader who misses something.
std::set<std::string> names_of_values() {
  std::set<std::string> names;
  for (const auto& file : templates::files()) {
    const std::string path(file.path);
    const bool is_markup = path.starts_with(pages_folder) && path.ends_with(ending);
    if (!is_markup && !path.starts_with("words/")) continue;
    scan(
        file.text, path, [](std::string_view) {},
        [&](const Tag& tag, const std::string&) {
          if (tag.kind == 0 || tag.kind == '#' || tag.kind == '^') names.insert(tag.name);
        });
  }
  return names;
}

// Puts parts and words in place of their tags. What remains is values and sections.
class Expansion {
 public:
  Expansion(const TemplateFiles& files, const Words& words, const std::set<std::string>& values,
            std::string page, std::string language)
      : files_(files),
        words_(words),
        values_(values),
        page_(std::move(page)),
        language_(std::move(language)) {}

  std::string expand(const std::string& path, int depth = 0) const {
    const std::string file_name = files_.name_of(path);
    const std::string& text = files_.texts.at(path);
    check_sections(text, file_name);
    std::string result;
    scan(
        text, file_name, [&](std::string_view plain) { result += plain; },
        [&](const Tag& tag, const std::string& where) { result += replace(tag, where, depth); });
    return result;
  }

 private:
  std::string replace(const Tag& tag, const std::string& where, int depth) const {
    if (tag.kind == '!') return "";
    if (tag.kind == '>') return part(tag.name, where, depth);
    if (tag.kind == 0 && tag.name.starts_with("word.")) return word(tag.name.substr(5), where);
    if (tag.kind != '/') check_value(tag.name, where);
    return "{{" + (tag.kind == 0 ? std::string() : std::string(1, tag.kind)) + tag.name + "}}";
  }

  std::string part(const std::string& name, const std::string& where, int depth) const {
    const bool is_page = name == "page";
    const std::string path =
        (is_page ? std::string(pages_folder) + page_ : std::string(parts_folder) + name) +
        std::string(ending);
    if (!files_.texts.contains(path)) throw TemplateError(where + "there is no file " + path);
    if (depth == deepest_part) throw TemplateError(where + "the part " + name + " contains itself");
    return expand(path, depth + 1);
  }

  std::string word(const std::string& name, const std::string& where) const {
    const auto dot = name.find('.');
    const std::string section = dot == name.npos ? page_ : name.substr(0, dot);
    const std::string key = dot == name.npos ? name : name.substr(dot + 1);
    const auto found = words_.find(language_, section, key);
    const std::string file_name = files_.name_of("words/" + language_ + ".json");
    if (!found) throw TemplateError(where + "the word " + section + "." + key + " is not in " + file_name);
    return escape_word(*found, file_name + ": " + section + "." + key);
  }

  void check_value(const std::string& name, const std::string& where) const {
    if (!values_.contains(name)) throw TemplateError(where + "no page has a value named \"" + name + "\"");
  }

  std::string escape_word(const std::string& text, const std::string& file_name) const {
    std::string result;
    scan(
        text, file_name, [&](std::string_view plain) { result += mustache::html_escape(std::string(plain)); },
        [&](const Tag& tag, const std::string& where) {
          if (tag.kind != 0) throw TemplateError(where + "a word may contain {{name}} and no other tag");
          check_value(tag.name, where);
          result += "{{" + tag.name + "}}";
        });
    return result;
  }

  const TemplateFiles& files_;
  const Words& words_;
  const std::set<std::string>& values_;
  const std::string page_;
  const std::string language_;
};

mustache::data to_data(const Json& value) {
  if (value.is_object()) {
    mustache::data object(mustache::data::type::object);
    for (const auto& [name, member] : value.items()) object.set(name, to_data(member));
    return object;
  }
  if (value.is_array()) {
    mustache::data list(mustache::data::type::list);
    for (const auto& item : value) list.push_back(to_data(item));
    return list;
  }
  if (value.is_boolean()) return mustache::data(value.get<bool>());
  // An empty text is as good as none: {{#imprint_url}}…{{/imprint_url}} is then left out.
  const auto& text = value.get_ref<const std::string&>();
  return text.empty() ? mustache::data(false) : mustache::data(text);
}

}  // namespace

struct Templates::Compiled {
  explicit Compiled(TemplateFiles read) : files(std::move(read)), words(files) {
    const auto values = names_of_values();
    for (const auto& [path, text] : files.texts) {
      const bool is_page = path.starts_with(pages_folder) && path.ends_with(ending) &&
                           path.find('/', pages_folder.size()) == path.npos;
      if (!is_page) continue;
      compile(path.substr(pages_folder.size(), path.size() - pages_folder.size() - ending.size()), values);
    }
  }

  void compile(const std::string& page, const std::set<std::string>& values) {
    for (const auto& language : words.languages()) {
      const Expansion expansion(files, words, values, page, language);
      const std::string text = without_indentation(expansion.expand(outermost_file(page)));
      pages[language].try_emplace(page, text);
    }
  }

  // A page that is a whole document of its own, such as a proof, has no layout around it.
  std::string outermost_file(const std::string& page) const {
    const std::string path = std::string(pages_folder) + page + std::string(ending);
    return files.texts.at(path).starts_with("<!doctype") ? path : "pages/parts/layout.mustache";
  }

  // Parsed when the page is first shown: the library's form of all pages in all languages takes 2.5 MB.
  class Page {
   public:
    explicit Page(std::string text) : text_(std::move(text)) {}

    // The library's render() is not const, but writes only when it meets a lambda or a partial (4.1,
    // render_component). No page has either: parts are in place before compiling, and to_data() makes no
    // lambda. So threads may share one.
    mustache::mustache& parsed() const {
      std::call_once(once_, [this] { parsed_ = std::make_unique<mustache::mustache>(text_); });
      return *parsed_;
    }

   private:
    const std::string text_;
    mutable std::once_flag once_;
    mutable std::unique_ptr<mustache::mustache> parsed_;
  };
  using ByPage = std::map<std::string, Page, std::less<>>;

  TemplateFiles files;
  Words words;
  std::map<std::string, ByPage, std::less<>> pages;  // by language
};

Templates::Templates(const std::optional<std::filesystem::path>& overrides)
    : compiled_(std::make_unique<const Compiled>(read_template_files(overrides))) {}

Templates::~Templates() = default;

const std::string& Templates::text(std::string_view path) const {
  const auto found = compiled_->files.texts.find(path);
  if (found == compiled_->files.texts.end()) throw std::out_of_range("no template " + std::string(path));
  return found->second;
}

const std::vector<std::string>& Templates::languages() const { return compiled_->words.languages(); }

std::optional<std::string> Templates::word(std::string_view language, std::string_view section,
                                           std::string_view key) const {
  return compiled_->words.find(language, section, key);
}

std::string Templates::render(std::string_view page, std::string_view language, const Json& values) const {
  const auto pages = compiled_->pages.find(language);
  if (pages == compiled_->pages.end())
    throw std::out_of_range("no words for language " + std::string(language));
  const auto found = pages->second.find(page);
  if (found == pages->second.end()) throw std::out_of_range("no page " + std::string(page));
  std::string html;
  found->second.parsed().render(to_data(values), [&html](const std::string& piece) { html += piece; });
  return html;
}

}  // namespace optledger::http
