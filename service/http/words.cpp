#include "service/http/words.hpp"

#include "lib/base/json.hpp"
#include "service/http/templates.hpp"

#include <set>

namespace optledger::http {
namespace {

constexpr std::string_view reference_path = "words/en.json";

std::string language_of(const std::string& path, const std::string& file_name) {
  const std::string name = path.substr(6, path.size() - 6 - 5);  // between "words/" and ".json"
  const bool two_letters =
      name.size() == 2 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == name.npos;
  if (!two_letters) {
    throw TemplateError(file_name +
                        ": a words file is named by a language of two small letters, such as fr.json");
  }
  return name;
}

}  // namespace

Words::Language Words::read(const std::string& text, const std::string& file_name) {
  const auto json = parse_strict_json(text);
  if (!json) throw TemplateError(file_name + ": " + json.error());
  if (!json->is_object()) throw TemplateError(file_name + ": must be an object of sections");
  Language language;
  for (const auto& [section, words] : json->items()) {
    if (!words.is_object())
      throw TemplateError(file_name + ": \"" + section + "\" must be an object of words");
    for (const auto& [key, word] : words.items()) {
      if (!word.is_string() || word.get_ref<const std::string&>().empty()) {
        throw TemplateError(file_name + ": the word " + section + "." + key +
                            " must be a text that is not empty");
      }
      language[section][key] = word.get<std::string>();
    }
  }
  return language;
}

void Words::add(const TemplateFiles& files, const std::string& path) {
  const std::string file_name = files.name_of(path);
  const std::string name = language_of(path, file_name);
  Language& language = words_[name];
  if (const auto embedded = files.texts.find(path); embedded != files.texts.end()) {
    language = read(embedded->second, "templates/" + path);
  }
  if (const auto own = files.word_overrides.find(path); own != files.word_overrides.end()) {
    for (auto& [section, words] : read(own->second, file_name)) {
      for (auto& [key, word] : words) language[section][key] = std::move(word);
    }
  }
}

void Words::check_complete(const Language& reference, const std::string& language,
                           const std::string& file_name) const {
  const auto require = [&](const Language& expected, const Language& actual, const std::string& complaint) {
    for (const auto& [section, words] : expected) {
      const auto found = actual.find(section);
      for (const auto& [key, word] : words) {
        if (found == actual.end() || !found->second.contains(key)) {
          throw TemplateError(file_name + complaint + section + "." + key);
        }
      }
    }
  };
  const Language& words = words_.find(language)->second;
  require(reference, words, ": a word is missing; add ");
  require(words, reference, ": nothing uses this word; take it out or correct its name: ");
}

Words::Words(const TemplateFiles& files) {
  std::set<std::string> paths;
  for (const auto& [path, text] : files.texts) {
    if (path.starts_with("words/")) paths.insert(path);
  }
  for (const auto& [path, text] : files.word_overrides) paths.insert(path);
  for (const auto& path : paths) add(files, path);
  const Language reference = read(files.texts.at(std::string(reference_path)), std::string(reference_path));
  for (const auto& [language, words] : words_) {
    check_complete(reference, language, files.name_of("words/" + language + ".json"));
    languages_.push_back(language);
  }
}

std::optional<std::string> Words::find(std::string_view language, std::string_view section,
                                       std::string_view key) const {
  const auto words = words_.find(language);
  if (words == words_.end()) return std::nullopt;
  const auto found = words->second.find(section);
  if (found == words->second.end()) return std::nullopt;
  const auto word = found->second.find(key);
  return word == found->second.end() ? std::nullopt : std::optional(word->second);
}

}  // namespace optledger::http
