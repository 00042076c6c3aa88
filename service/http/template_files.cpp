#include "service/http/template_files.hpp"

#include "lib/base/text.hpp"
#include "service/http/templates.hpp"

#include "embedded/templates.hpp"
#include <fstream>
#include <sstream>

namespace optledger::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 256 * 1024;

bool is_words(const std::string& path) { return path.starts_with("words/") && path.ends_with(".json"); }

bool is_part(const std::string& path) {
  return path.starts_with("pages/parts/") && path.ends_with(".mustache");
}

std::string read_file(const fs::path& file) {
  if (fs::file_size(file) > largest_file) {
    throw TemplateError(file.string() + ": larger than 256 KiB, which no template is; check the file");
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw TemplateError(file.string() + ": cannot be read; check its permissions");
  if (!is_utf8(text.view())) throw TemplateError(file.string() + ": not UTF-8; save it as UTF-8");
  return std::move(text).str();
}

void overlay(TemplateFiles& files, const fs::path& folder, const fs::path& file) {
  const std::string path = file.lexically_relative(folder).generic_string();
  if (is_words(path)) {
    files.word_overrides.emplace(path, read_file(file));
  } else if (files.texts.contains(path) || is_part(path)) {
    files.texts.insert_or_assign(path, read_file(file));
  } else {
    throw TemplateError(file.string() + ": overrides nothing, there is no template \"" + path +
                        "\"; check the name, or take the file out of this folder");
  }
  files.overrides.emplace(path, file.string());
}

}  // namespace

std::string TemplateFiles::name_of(const std::string& path) const {
  const auto found = overrides.find(path);
  return found == overrides.end() ? "templates/" + path : found->second;
}

TemplateFiles read_template_files(const std::optional<fs::path>& folder) {
  TemplateFiles files;
  for (const auto& file : templates::files()) files.texts.emplace(file.path, file.text);
  if (!folder) return files;
  try {
    for (auto entry = fs::recursive_directory_iterator(*folder); entry != fs::end(entry); ++entry) {
      const bool hidden = entry->path().filename().string().starts_with('.');
      if (entry->is_directory()) {
        if (hidden) entry.disable_recursion_pending();
      } else if (!hidden) {
        overlay(files, *folder, entry->path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw TemplateError(folder->string() +
                        ": the templates folder cannot be read: " + error.code().message());
  }
  return files;
}

}  // namespace optledger::http
