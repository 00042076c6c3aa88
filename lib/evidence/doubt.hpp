// Keeps the first thing that is wrong.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace optledger {

class Doubt {
 public:
  explicit Doubt(std::string about) : about_(std::move(about)) {}

  template <typename... Arguments>
  bool demand(bool holds, fmt::format_string<Arguments...> sentence, Arguments&&... arguments) {
    if (!holds && !found_) {
      found_ = about_ + ": " + fmt::format(sentence, std::forward<Arguments>(arguments)...);
    }
    return holds;
  }

  const std::optional<std::string>& found() const { return found_; }

 private:
  std::string about_;
  std::optional<std::string> found_;
};

}  // namespace optledger
