// A file that only its owner may read, or the terminal. Nothing that did not arrive whole counts as written.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace optledger::cli {

class OutputFile {
 public:
  // Without a path: stdout. Throws Failure, like everything here.
  explicit OutputFile(const std::optional<std::filesystem::path>& path);

  void write(std::string_view text);
  void finish();  // everything is in the file

 private:
  struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  [[noreturn]] void fail() const;

  std::string name_;
  std::unique_ptr<std::FILE, Closed> own_;  // none: stdout
};

}  // namespace optledger::cli
