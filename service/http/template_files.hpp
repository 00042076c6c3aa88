// The files behind Templates: the embedded ones, overlaid by a company's own folder.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace optledger::http {

struct TemplateFiles {
  std::map<std::string, std::string, std::less<>>
      texts;  // "pages/confirm.mustache" -> text, an override wins
  // Overrides of words/*.json stay beside the embedded file: they replace single words, not the whole file.
  std::map<std::string, std::string, std::less<>> word_overrides;
  std::map<std::string, std::string, std::less<>>
      overrides;  // path in the product -> file on disk, for messages

  // How a message names this file: the one on disk when it is an override.
  std::string name_of(const std::string& path) const;
};

// Reads every file of `folder`, hidden ones apart. Throws TemplateError for a missing folder, an unreadable
// file, one that is larger than 256 KiB or not UTF-8, and one that would override nothing.
TemplateFiles read_template_files(const std::optional<std::filesystem::path>& folder);

}  // namespace optledger::http
