// The words of the pages: for each language the same sections of the same keys.
#pragma once

#include "service/http/template_files.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

class Words {
 public:
  // Every language must have exactly the words of the embedded words/en.json; an override may replace some of
  // them, and a file for a further language brings them all. Throws TemplateError naming file and word.
  explicit Words(const TemplateFiles& files);

  const std::vector<std::string>& languages() const { return languages_; }  // sorted
  std::optional<std::string> find(std::string_view language, std::string_view section,
                                  std::string_view key) const;

 private:
  using Section = std::map<std::string, std::string, std::less<>>;
  using Language = std::map<std::string, Section, std::less<>>;
  static Language read(const std::string& text, const std::string& file_name);
  void add(const TemplateFiles& files, const std::string& path);
  void check_complete(const Language& reference, const std::string& language,
                      const std::string& file_name) const;

  std::map<std::string, Language, std::less<>> words_;
  std::vector<std::string> languages_;
};

}  // namespace optledger::http
