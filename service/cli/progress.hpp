// A progress bar on stderr, when that is a terminal; nothing on a pipe.
#pragma once

#include <cstdint>
#include <string>

namespace optledger::cli {

class Progress {
 public:
  // `whole` in the unit of show(); 0: not known, then only the count is shown.
  explicit Progress(std::uint64_t whole);
  ~Progress();  // leaves an empty line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, const std::string& count);

 private:
  std::uint64_t whole_;
  bool on_terminal_;
};

// For copies of a database.
class PageProgress {
 public:
  void operator()(std::uint64_t done, std::uint64_t whole);

 private:
  Progress percent_{100};
};

}  // namespace optledger::cli
