// Real files for configuration tests, in a folder that goes with the test, and a shortest lawful file.
#pragma once

#include "service/config/config.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace optledger {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view bytes) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::filesystem::path source_root();
std::string bytes_of(const std::filesystem::path& file);

// The sections that a file must have, without those that `text` has itself.
std::string completed(const std::string& text);

// Reads `text`, completed, as optledger.toml in a folder with the examples in it.
ConfigResult parse(const std::string& text, const Environment& environment = {});

// Every error as `to_text` gives it, one a line; nothing when there is none.
std::string errors_of(const ConfigResult& result);

}  // namespace optledger
